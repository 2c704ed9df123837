/** Work under way, by name: whoever asks for the same meanwhile gets the same outcome, and it is not begun twice. */
export class SingleFlight<T> {
  readonly #underWay = new Map<string, Promise<T>>();

  run(name: string, work: () => Promise<T>): Promise<T> {
    const known = this.#underWay.get(name);
    if (known !== undefined) return known;
    const begun = work().finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, begun);
    return begun;
  }
}
