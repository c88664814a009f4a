/** The hold model in SimPy. Words: PYTHON (callbacks|processes) PENDING EVENTS. */
import { execFileSync } from "node:child_process";
import { drawDelays } from "./delays.js";
import { WORDS, word, writeFigures } from "./program.js";
import { SCRIPT } from "./simpy.js";

const input = JSON.stringify(await drawDelays());
const nanoseconds = execFileSync(word(0), [SCRIPT, ...WORDS.slice(1)], { input, encoding: "utf8" });
writeFigures({ event_ns: Number(nanoseconds) });
