// Compiles the Sass of the hall to portal/static/build and copies its scripts there. Run it with: npm run build
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const assets = dirname(fileURLToPath(import.meta.url));
const root = join(assets, "..", "..");
const build = join(root, "portal", "static", "build");
const loadPaths = [root, join(root, "node_modules"), join(root, "node_modules", "@ministryofjustice", "frontend"), join(assets, "sass")];

rmSync(build, { recursive: true, force: true });
mkdirSync(build, { recursive: true });

for (const sheet of ["hall", "desk"]) {
  const { css } = compile(join(assets, "sass", `${sheet}.scss`), { loadPaths, style: "compressed", quietDeps: true });
  writeFileSync(join(build, `${sheet}.css`), css);
  console.log(`${sheet}.css: ${css.length} characters`);
}
for (const script of readdirSync(join(assets, "js"))) {
  copyFileSync(join(assets, "js", script), join(build, script));
  console.log(script);
}
