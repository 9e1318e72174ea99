import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { firstLoad } from './first-load.ts';

/** Loaded with every page, but what only some of them draw. */
const KIT =
  /apps\/console\/src\/(lib|api\/(?!queries\/(govern|organization|work)\/)|ui\/(?!approval\/|chart\/line-chart|data\/markdown))/;

/** The API server that `npm run dev -w apps/console` forwards to. */
const apiUrl = process.env.MC_API_URL ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [react(), tailwindcss(), firstLoad()],
  // The content security policy of the server allows no data: fonts or scripts, so nothing is inlined.
  build: {
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'kit', test: KIT }] } },
    },
  },
  server: { proxy: { '/api': apiUrl, '/readyz': apiUrl } },
});
