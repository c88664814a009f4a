/**
 * A cluster at rest with a little traffic for hours: what its heap gains in each. Words: HOURS, and background
 * changes of endpoints a second.
 */
import { heapMegabytes, simulationOf, word, writeFigures } from "./program.js";
import { webManifests } from "./web.js";

const HOURS = Number(word(0));
const HOUR = 3_600_000_000;

const { simulate } = await simulationOf(`
apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: steady}
spec:
  seed: 1
  duration: ${HOURS + 1}h
  cluster: {backgroundChurn: {endpointChangesPerSecond: ${word(1)}}}
  traffic: [{to: web, rps: 10}]
  sampling: {timelineInterval: 1m}
${webManifests()}`);
const run = simulate();
const heaps: number[] = [];
while (run.advance(20_000)) {
  if (run.now >= HOUR * (heaps.length + 1) && heaps.length <= HOURS) heaps.push(heapMegabytes());
}
const [first = Number.NaN, last = Number.NaN] = [heaps[0], heaps.at(-1)];
writeFigures({ heap_mb_per_hour: (last - first) / (heaps.length - 1) });
