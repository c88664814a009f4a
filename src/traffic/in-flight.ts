/** What is on its way: a list without order from which each element is taken in constant time. */
export interface Slotted {
  /** Place in the list while it is in one. Written by the list only. */
  slot: number;
}

export class InFlight<T extends Slotted> implements Iterable<T> {
  private readonly elements: T[] = [];

  get length(): number {
    return this.elements.length;
  }

  add(element: T): void {
    element.slot = this.elements.length;
    this.elements.push(element);
  }

  /** The last element takes its place. */
  remove(element: T): void {
    const last = this.elements.pop() as T;
    if (last !== element) {
      this.elements[element.slot] = last;
      last.slot = element.slot;
    }
  }

  /** Those that are in the list now, whatever is removed meanwhile. */
  snapshot(): readonly T[] {
    return [...this.elements];
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.elements[Symbol.iterator]();
  }
}
