import { describe, expect, test } from "vitest";
import { EventBook } from "../../src/engine/event-book.ts";
import type { Cause } from "../../src/model/cause.ts";
import type { EngineEvent } from "../../src/model/event.ts";
import { replicaId } from "../../src/model/ids.ts";
import { sampleReplica, sampleService } from "../helpers/fleet-samples.ts";

const cause: Cause = { kind: "user", verb: "start", origin: "cli" };
const api = replicaId("api", 1);

function changed(service: string, index = 1): EngineEvent {
  return { kind: "replicaChanged", replica: sampleReplica(service, index), from: "starting" };
}

function wanted(service: string): EngineEvent {
  return { kind: "wantedChanged", service, wanted: "running", scale: 1, cause };
}

/** A book that these events were written into, at the revisions 1, 2, 3, … */
function bookOf(...events: EngineEvent[]): EventBook {
  const book = new EventBook();
  for (const [i, event] of events.entries()) book.note({ revision: i + 1, at: i, event });
  return book;
}

function revisions(book: EventBook, unit = api): number[] {
  return book.of(unit).map(({ revision }) => revision);
}

describe("the events of a unit", () => {
  test("are its own and those of its service, in the order in which they happened", () => {
    const exited: EngineEvent = {
      kind: "replicaExited",
      unit: api,
      generation: 1,
      status: { kind: "code", code: 1 },
      runMs: 5,
    };
    const warned: EngineEvent = { kind: "noticed", level: "warning", unit: api, message: "careful" };
    const built: EngineEvent = {
      kind: "buildChanged",
      service: "api",
      build: { status: "ok", since: 0, lastMs: 1, failure: null },
      cause,
    };
    const book = bookOf(wanted("api"), changed("web"), built, changed("api"), changed("api", 2), exited, warned);
    expect(revisions(book)).toEqual([1, 3, 4, 6, 7]);
    expect(book.of(api).at(-1)).toEqual({ revision: 7, at: 6, event: warned });
  });

  test("are none where none happened, or only what is about everybody", () => {
    const said: EngineEvent = { kind: "noticed", level: "info", unit: null, message: "hello" };
    expect(revisions(bookOf(said, { kind: "fleetStopping", cause }))).toEqual([]);
  });

  test("are the newest fifty, however many there were of which kind", () => {
    const many = Array.from({ length: 120 }, (_, i) => (i % 3 === 0 ? wanted("api") : changed("api")));
    expect(revisions(bookOf(...many))).toEqual(Array.from({ length: 50 }, (_, i) => 71 + i));
  });

  test("are forgotten with the unit, and those of the service with the service", () => {
    const removed: EngineEvent = { kind: "replicaRemoved", unit: api };
    expect(revisions(bookOf(wanted("api"), changed("api"), removed))).toEqual([1]);
    const loaded = (...names: string[]): EngineEvent => ({
      kind: "fleetLoaded",
      name: "shop",
      services: names.map((name) => sampleService(name)),
      diagnostics: [],
      cause,
    });
    const before = [wanted("api"), changed("api")];
    expect(revisions(bookOf(...before, loaded("api", "web")))).toEqual([1, 2]);
    expect(revisions(bookOf(...before, loaded("web")))).toEqual([]);
  });
});
