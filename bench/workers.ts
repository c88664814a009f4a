/**
 * bench:workers: what worker threads cost: processor time of a command with repetitions and variants on two threads beside
 * one, and the part of it that the main thread takes; medians of three. The shorter wall time is what they are for.
 *
 *   npm run bench:workers [-- --record]
 */
import { join } from "node:path";
import { conclude } from "./bounds.js";
import { median, ROOT } from "./measure.js";
import { figure, runProgram } from "./sides.js";

const TIMES = 3;
const WORDS = ["run", join(ROOT, "scenarios/rolling-update.yaml"), "--runs", "20", "--set", "duration=300s"];

const samples = { one: [] as number[], two: [] as number[], main: [] as number[], wall: [] as number[] };
for (let turn = 0; turn < TIMES; turn++) {
  const began = performance.now();
  const one = runProgram("command", ROOT, [...WORDS, "-j", 1]);
  const between = performance.now();
  const two = runProgram("command", ROOT, [...WORDS, "-j", 2]);
  samples.one.push(figure(one, "cpu_s"));
  samples.two.push(figure(two, "cpu_s"));
  samples.main.push(figure(two, "main_thread_cpu_s") / figure(two, "cpu_s"));
  samples.wall.push((performance.now() - between) / (between - began));
}
const [one, two] = [median(samples.one), median(samples.two)];
conclude(
  "workers",
  [
    { case: "-j 1", metric: "cpu_s", now: one },
    { case: "-j 2", metric: "cpu_s", now: two },
    { case: "-j 2 beside -j 1", metric: "cpu_ratio", now: two / one, bound: { atMost: 1.2 } },
    { case: "-j 2 beside -j 1", metric: "wall_ratio", now: median(samples.wall) },
    { case: "-j 2, main thread", metric: "cpu_share", now: median(samples.main), bound: { atMost: 0.1 } },
  ],
  process.argv,
);
