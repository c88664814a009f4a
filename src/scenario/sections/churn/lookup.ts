/** How one churn entry looks names up in its scenario, and complains at its place. */
import type { EntryCheck } from "../../../churn/action.js";
import type { TargetLookup } from "../../../churn/targets/target.js";
import type { PodSelector } from "../../../model/scenario.js";
import type { PodReference, WorkloadSpec } from "../../../model/selector-schema.js";
import type { ClusterSettings } from "../../../model/settings.js";
import { referenceTo, type WorkloadReference } from "../../../model/workload.js";
import { didYouMean } from "../../did-you-mean.js";
import type { DocumentPath } from "../../documents/path.js";
import { corefileErrors } from "../cluster/components/coredns.js";
import type { Resolution } from "../resolution.js";

export class ChurnLookup implements TargetLookup {
  readonly suggest = didYouMean;
  readonly #resolution: Resolution;
  readonly #path: DocumentPath;

  /** `path` is that of the entry. */
  constructor(
    resolution: Resolution,
    readonly cluster: ClusterSettings,
    path: DocumentPath,
  ) {
    this.#resolution = resolution;
    this.#path = path;
  }

  workload(written: WorkloadSpec): WorkloadReference | null {
    const found = this.#resolution.workload(written, this.#at("target"));
    return found === null ? null : referenceTo(found);
  }

  pods(written: PodReference): PodSelector | null {
    const selector = this.#resolution.pods(written, this.#at("target"));
    if (selector !== null && this.#resolution.selected(selector).length === 0) {
      const message = `no pod of the namespace ${selector.namespace} has these labels`;
      this.#resolution.warn(this.#at("target"), message, "nothing will be selected");
    }
    return selector;
  }

  error(message: string, hint: string): void {
    this.#resolution.error(this.#at("target"), message, hint);
  }

  /** For the action, when the target has been resolved; `pods` are those that it is about. */
  checking(pods: PodSelector | null): EntryCheck {
    const containers = pods === null ? [] : this.#resolution.selected(pods).flatMap(({ spec }) => spec.containers);
    return {
      containers: [...new Set(containers.map(({ name }) => name))],
      corefileErrors: (text) => corefileErrors(this.cluster, text),
      error: (field, message, hint) => this.#resolution.error(this.#at(field), message, hint),
      suggest: didYouMean,
    };
  }

  #at(field: string): DocumentPath {
    return [...this.#path, field];
  }
}
