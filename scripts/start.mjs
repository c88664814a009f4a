/**
 * `npm start`: the command line as it was built, with the arguments behind `--`; without any it runs the first scenario of
 * the README.
 */
import { fileURLToPath } from "node:url";

const FIRST = ["run", "scenarios/rolling-update.yaml"];
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const words = process.argv.slice(2);
process.argv = [process.argv[0], main, ...(words.length === 0 ? FIRST : words)];
await import("../dist/cli/main.js");
