/** One large Deployment is rolled out on 120 nodes, all of which are observed. Words: REPLICAS. */
import { largeCluster } from "./large-cluster.js";
import { cpuSeconds, simulationOf, word, writeFigures } from "./program.js";

const { simulate } = await simulationOf(
  largeCluster({ nodes: 120, replicas: Number(word(0)), others: 1, otherPods: 10, observeAll: true }),
);
const began = cpuSeconds();
const run = simulate();
const converged = cpuSeconds();
while (run.advance(1_000_000));
const ended = cpuSeconds();
run.finish();
writeFigures({
  convergence_cpu_s: converged - began,
  run_cpu_s: ended - converged,
  finish_cpu_s: cpuSeconds() - ended,
});
