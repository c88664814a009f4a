/**
 * bench:requests: processor time of a request with the name resolved once (the client connects to the ClusterIP) and with a
 * look-up each, finishing the run included; medians of nine.
 *
 *   npm run bench:requests [-- --record] [-- --beside FOLDER]
 */
import { baselineFolder } from "./baseline.js";
import { conclude, type Line } from "./bounds.js";
import { figure, inTurns } from "./sides.js";

const TIMES = 9;
const CASES = [
  // so long that what both sides pay for compiling weighs little beside a microsecond a request
  { name: "name resolved once", target: "10.96.0.80:80", seconds: 80, bound: { timesBetter: 1.2 } },
  { name: "a DNS look-up each", target: "web", seconds: 20, bound: { timesBetter: 1.5 } },
] as const;

const baseline = baselineFolder(process.argv);
const lines = CASES.map(({ name, target, seconds, bound }): Line => {
  const { now, before } = inTurns("requests", [target, String(seconds)], { baseline, times: TIMES });
  return { case: name, metric: "request_us", now: figure(now, "request_us"), before: before.request_us, bound };
});
conclude("requests", lines, process.argv);
