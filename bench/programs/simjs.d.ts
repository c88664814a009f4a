/** The part of simjs 2.0.3 that the bench uses. It exports nothing: it sets `window.Sim` when there is a `window`. */
export interface SimjsRequest {
  done<A>(callback: (argument: A) => void, context: unknown, argument: A): SimjsRequest;
}

export interface SimjsEntity {
  setTimer(duration: number): SimjsRequest;
  start(): void;
}

export interface SimjsSim {
  addEntity<E extends SimjsEntity>(kind: new (sim: SimjsSim, name: string) => E, name: string): E;
  /** Runs until `endTime` or `maxEvents`; false when the latter came first. */
  simulate(endTime: number, maxEvents: number): boolean;
}

export interface Simjs {
  readonly Sim: new () => SimjsSim;
  readonly Entity: new (sim: SimjsSim, name: string) => SimjsEntity;
}
