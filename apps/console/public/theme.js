// Runs before the first paint, so that a remembered theme never flashes. An external file: the page's policy allows no inline script.
(() => {
  let choice = 'system';
  try {
    choice = localStorage.getItem('mc.theme') ?? 'system';
  } catch {
    // storage is blocked: follow the system
  }
  const dark = choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
