/**
 * kubechurn as a library: read a scenario, simulate it, look at what happened: rows, CSV, figures, explanations.
 *
 * Everything is synchronous, works without files and uses nothing but the language, so that it runs in a browser's worker
 * as it does in Node: `openScenario` asks the `Files` that it is given, and a text in memory does. Errors of the input are in
 * the `Report`, never thrown:
 *
 *     const report = new Report();
 *     const { scenario } = openScenario(files, { files: ["scenario.yaml"] }, report);
 *     if (scenario === null) throw new Error(report.sorted().map((each) => each.message).join("\n"));
 *     const run = simulate(scenario);
 *     while (run.advance(100_000)) report progress, give way;
 *     const record = run.finish();
 */
export { EventLimitError } from "./engine/simulation.js";
export { type Brief, briefOf, type Case } from "./experiment/case.js";
export { type ConductedExperiment, conduct, type Experiment } from "./experiment/experiment.js";
export { failover } from "./experiment/failover.js";
export {
  type FailoverCaseRow,
  failoverCsv,
  failoverPoints,
  failoverTable,
  lossLines,
} from "./experiment/failover-rows.js";
export { lossBound, lossSentence } from "./experiment/loss-bound.js";
export { type Repetitions, repetitions, repetitionTable } from "./experiment/repetitions.js";
export { type Setting, settings, UnusableVariation } from "./experiment/settings.js";
export { withPreStop } from "./experiment/transformations/with-pre-stop.js";
export { withSlowWatches } from "./experiment/transformations/with-slow-watches.js";
export { variants } from "./experiment/variants.js";
export { CAUSES, type Cause, type Outcome } from "./model/outcome.js";
export type {
  EndpointRow,
  EventRow,
  FailoverRow,
  FailureRow,
  PodRow,
  RequestRow,
  RolloutStory,
  RunRecord,
  RunStory,
  TerminationRow,
  TimelineRow,
  Totals,
  Variant,
} from "./model/result.js";
export { type Scenario, withSigterm } from "./model/scenario.js";
export { RESULT_FILES, type ResultFile } from "./report/csv/result-files.js";
export { type EventExplanation, explainEvent } from "./report/explain/event.js";
export { type ExplainRows, NotInResults, readExplainRows } from "./report/explain/explain-rows.js";
export { explainRequest, type RequestExplanation } from "./report/explain/request.js";
export { eventText, requestText, topText } from "./report/explain/text.js";
export { explainTop, type TopExplanation } from "./report/explain/top.js";
export { type BenchPoint, benchPlot } from "./report/plot/bench-plot.js";
export { FIGURES, type Figure } from "./report/plot/figures.js";
export { type PlotRows, readPlotRows } from "./report/plot/plot-rows.js";
export { summaryObject } from "./report/summary.js";
export { formatVerdict } from "./report/verdict.js";
export { type Diagnostic, type Location, Report } from "./scenario/diagnostic.js";
export { scenarioJsonSchema } from "./scenario/json-schema.js";
export type { Files, FileText } from "./scenario/load.js";
export { type OpenArguments, type OpenedScenario, openScenario } from "./scenario/open.js";
export { resolvedYaml } from "./scenario/resolved-document.js";
export { type Run, simulate } from "./simulate.js";
