/** A large cluster comes to rest. Words: NODES SERVICES PODS. */
import { largeCluster } from "./large-cluster.js";
import { cpuSeconds, heapMegabytes, peakMegabytes, simulationOf, word, writeFigures } from "./program.js";

const REPLICAS = 100;
const [nodes, services, pods] = [Number(word(0)), Number(word(1)), Number(word(2))];

const { simulate } = await simulationOf(
  largeCluster({ nodes, replicas: REPLICAS, others: services - 1, otherPods: pods - REPLICAS, observeAll: false }),
);
const empty = heapMegabytes();
const began = cpuSeconds();
const run = simulate();
const converged = cpuSeconds();
const heap = heapMegabytes() - empty;
const rolling = cpuSeconds();
while (run.advance(1_000_000));
run.finish();
writeFigures({
  convergence_cpu_s: converged - began,
  rollout_cpu_s: cpuSeconds() - rolling,
  heap_kb_per_pod: (heap * 1e3) / pods,
  peak_mb: peakMegabytes(),
});
