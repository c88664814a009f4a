/**
 * bench:scale: how the cost grows with the cluster: a cluster of 10,000 pods comes to rest, and with --large one of 50,000;
 * one Deployment of 1,000 replicas is rolled out before 120 observed nodes.
 *
 *   npm run bench:scale [-- --large] [-- --record] [-- --beside FOLDER]
 */
import { baselineFolder } from "./baseline.js";
import { conclude, type Line } from "./bounds.js";
import { figure, inTurns, type Sides } from "./sides.js";

const TIMES = 3;
const LARGE = process.argv.includes("--large");
const MOST_KB_A_POD = 14;
const HIGHEST_EXPONENT = 1.2;

const baseline = baselineFolder(process.argv);

function line(name: string, { now, before }: Sides, metric: string, bound?: Line["bound"]): Line {
  const line = { case: name, metric, now: figure(now, metric), before: before[metric] };
  return bound === undefined ? line : { ...line, bound };
}

function convergence(): Line[] {
  const small = inTurns("converge", [1_000, 1_000, 10_000], { baseline, times: TIMES });
  const lines = [
    line("1,000 nodes, 10,000 pods", small, "convergence_cpu_s", { timesBetter: 1.4 }),
    line("1,000 nodes, 10,000 pods", small, "rollout_cpu_s"),
    line("1,000 nodes, 10,000 pods", small, "heap_kb_per_pod", { atMost: MOST_KB_A_POD }),
    line("1,000 nodes, 10,000 pods", small, "peak_mb"),
  ];
  if (!LARGE) return lines;
  const large = inTurns("converge", [5_000, 5_000, 50_000], { baseline, times: 1 });
  const exponent =
    Math.log(figure(large.now, "convergence_cpu_s") / figure(small.now, "convergence_cpu_s")) / Math.log(5);
  return [
    ...lines,
    line("5,000 nodes, 50,000 pods", large, "convergence_cpu_s", { timesBetter: 2 }),
    line("5,000 nodes, 50,000 pods", large, "heap_kb_per_pod", { atMost: MOST_KB_A_POD }),
    line("5,000 nodes, 50,000 pods", large, "peak_mb"),
    {
      case: "10,000 to 50,000 pods",
      metric: "convergence_exponent",
      now: exponent,
      bound: { atMost: HIGHEST_EXPONENT },
    },
  ];
}

/** The baseline does not end with 1,000 replicas, and has a hard time with 500. */
function rollout(): Line[] {
  const beside = inTurns("rollout", [500], { baseline, times: 1 });
  const half = inTurns("rollout", [500], { baseline: null, times: TIMES });
  const whole = inTurns("rollout", [1_000], { baseline: null, times: TIMES });
  const metrics = ["convergence_cpu_s", "run_cpu_s", "finish_cpu_s"];
  const growth = figure(whole.now, "finish_cpu_s") / figure(half.now, "finish_cpu_s");
  return [
    ...metrics.map((metric) => line("rollout of 500 replicas", { now: half.now, before: beside.before }, metric)),
    ...metrics.map((metric) =>
      line("rollout of 1,000 replicas", whole, metric, metric === "finish_cpu_s" ? { atMost: 5 } : undefined),
    ),
    { case: "rollout, 500 to 1,000 replicas", metric: "finish_growth", now: growth, bound: { atMost: 2.5 } },
  ];
}

conclude("scale", [...convergence(), ...rollout()], process.argv);
