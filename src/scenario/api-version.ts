/** The version of the scenario format. */
export const SCENARIO_API_VERSION = "kubechurn/v1alpha1";
