/** What becomes of a section of the scenario. */
export interface ResolvedSection<Spec, Settings> {
  /** As a user could have written it, with every default: parsed and resolved again, it gives the same. */
  readonly spec: Spec;
  /** What the run is made from. */
  readonly settings: Settings;
}
