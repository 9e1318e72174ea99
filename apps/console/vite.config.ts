import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { firstLoad } from './first-load.ts';

/** Loaded with every page, but what only some of them draw. */
const KIT = /apps\/console\/src\/(lib|api|ui)\//;
const LATE =
  /src\/(api\/(event-stream|live\/graph|queries\/(fleet\/(graph|analytics|tool-overrides)|enforcement|gateways|govern|organization|policies|work))|lib\/(json-lines|line-diff|mentions|rebase|form)|ui\/(approval|chart\/(line-chart|chart-marks)|control\/(mention-input|segmented|check|select)|entry|data\/(markdown|json-tree|payload-view|secret-once|text-diff)|rule|feedback\/conflict|overlay\/(dialog|drawer|confirm-dialog|form-dialog)|layout\/selection-bar|table\/pager|state\/job-steps))/;

/** What stands around every page, with its icons: one file, not one for each icon that a page shares. */
const FRAME =
  /src\/app\/(shell\/(frame|rail|bottom-bar\/bottom-bar)|top-bar\/(?!notifications)|frames\/overview-frame)/;

/** The API server that `npm run dev -w apps/console` forwards to. */
const apiUrl = process.env.MC_API_URL ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [react(), tailwindcss(), firstLoad()],
  // The content security policy of the server allows no data: fonts or scripts, so nothing is inlined.
  build: {
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'kit', test: (id) => KIT.test(id) && !LATE.test(id) },
            { name: 'frame', test: FRAME },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': apiUrl, '/readyz': apiUrl } },
});
