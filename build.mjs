// Bundles static/js and static/css into static/dist.
// node build.mjs            for production: minified, no source maps
// node build.mjs --dev      readable, with source maps
// node build.mjs --watch    as --dev, again after every change
import { cp, rm } from "node:fs/promises";
import { context, build } from "esbuild";

const watch = process.argv.includes("--watch");
const dev = watch || process.argv.includes("--dev");
const out = "static/dist";

const options = {
  entryPoints: {
    app: "static/js/app.ts",
    signing: "static/js/signing.ts",
    style: "static/css/app.css",
    operators: "static/css/operators.css",
  },
  outdir: out,
  bundle: true,
  format: "esm",
  splitting: true,
  chunkNames: "chunk-[name]-[hash]",
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  minify: !dev,
  sourcemap: dev ? "linked" : false,
  legalComments: "none",
  logLevel: "info",
};

await rm(out, { recursive: true, force: true });
await cp("static/mark.svg", `${out}/mark.svg`);
if (watch) await (await context(options)).watch();
else await build(options);
