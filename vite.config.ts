import { defineConfig } from 'vite';

/** The monitor's web app. Its URLs are relative, so that it can be served under any prefix. */
export default defineConfig({
  root: 'src/monitor/web',
  base: './',
  publicDir: false,
  build: {
    outDir: '../../../dist/monitor/web',
    emptyOutDir: true,
    target: 'es2022',
    // Nothing is inlined: the Content-Security-Policy allows no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: false,
    reportCompressedSize: false,
  },
  logLevel: 'warn',
});
