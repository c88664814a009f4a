/** Requests at a constant rate without any churn; convergence is left out. Words: TARGET SECONDS. */
import { cpuSeconds, simulationOf, word, writeFigures } from "./program.js";
import { webManifests } from "./web.js";

const RATE = 20_000;

const { simulate } = await simulationOf(`
apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: requests}
spec:
  seed: 1
  duration: ${word(1)}s
  traffic: [{to: "${word(0)}", rps: ${RATE}}]
${webManifests("10.96.0.80")}`);
const run = simulate();
const began = cpuSeconds();
while (run.advance(1_000_000));
const { totals } = run.finish();
const seconds = cpuSeconds() - began;
if (totals.ok !== totals.requests) throw new Error(`${totals.failed} requests failed without any churn`);
writeFigures({ request_us: (seconds * 1e6) / totals.requests });
