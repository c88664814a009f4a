/** Runs one command of the command line in this process and tells what it cost. Words: those of the command. */
import { commandLine, cpuSeconds, mainThreadSeconds, peakMegabytes, WORDS, writeFigures } from "./program.js";

process.on("exit", () =>
  writeFigures({ cpu_s: cpuSeconds(), main_thread_cpu_s: mainThreadSeconds(), peak_mb: peakMegabytes() }),
);
process.argv = [process.argv[0] ?? "", commandLine(), ...WORDS];
await import(commandLine());
