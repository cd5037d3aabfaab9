// Builds the style sheet and vendors it, with versions, checksums and licences.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = `${here}../src/leftshift/workspace/shared/static/vendor`;
const version = (name) => JSON.parse(readFileSync(`${here}node_modules/${name}/package.json`, "utf8")).version;

const css = sass.compile(`${here}app.scss`, {
  style: "compressed",
  loadPaths: [`${here}node_modules`],
  quietDeps: true,
  sourceMap: false,
}).css;

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const files = { "nhsuk.css": css, "LICENCE-nhsuk-frontend.txt": readFileSync(`${here}licences/nhsuk-frontend.txt`, "utf8") };
const sums = {};
for (const [name, text] of Object.entries(files)) {
  writeFileSync(`${target}/${name}`, text);
  sums[name] = createHash("sha256").update(text).digest("hex");
}
const record = {
  packages: { "nhsuk-frontend": { version: version("nhsuk-frontend"), licence: "MIT" } },
  built_with: { sass: version("sass") },
  files: sums,
};
writeFileSync(`${target}/VENDORED.json`, JSON.stringify(record, null, 2) + "\n");
