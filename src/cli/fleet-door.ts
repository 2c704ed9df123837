import { statSync } from "node:fs";
import { Abort } from "../lib/abort.ts";
import { version } from "../lib/version.ts";
import type { EngineClient } from "../model/client.ts";
import { type Diagnostic, hasErrors } from "../model/diagnostic.ts";
import type { FleetSpec } from "../model/fleet.ts";
import type { FleetDoor, Opening, Trouble } from "../ui/state/first-run.ts";
import type { CliContext } from "./cli-context.ts";
import type { InitFile } from "./init-files.ts";
import { hasRecordedWish } from "./offline-state.ts";
import { nothingToRun } from "./open-fleet.ts";
import { configAbort } from "./reply-abort.ts";

/** What the dashboard opened in the end. */
export interface FleetBehindDoor {
  client: EngineClient;
  /** The daemon was started by us. */
  startedDaemon: boolean;
}

/** The way to the fleet at a root. `starts`: what has `autostart` is started where nobody has asked for anything yet. */
export class FleetAtRoot implements FleetDoor {
  readonly root: string;
  readonly #context: CliContext;
  readonly #starts: boolean;
  #opened: FleetBehindDoor | null = null;
  /** Of the files as they were when the last trouble with them was found. */
  #stamps: { value: string; files: string[]; opening: Opening } | null = null;
  #proposed: InitFile[] = [];
  #abort: Abort | null = null;

  constructor(root: string, context: CliContext, options: { starts: boolean }) {
    this.root = root;
    this.#context = context;
    this.#starts = options.starts;
  }

  /** What the last look that found a fleet opened. */
  get opened(): FleetBehindDoor | null {
    return this.#opened;
  }

  /** What the last trouble is to somebody who left before it was over. */
  get abort(): Abort | null {
    return this.#abort;
  }

  async look(): Promise<Opening> {
    try {
      const running = await this.#context.daemons.connect(this.root);
      if (running !== null) return await this.#enter(running, false);
      return await this.#lookAtFiles();
    } catch (error) {
      if (!(error instanceof Abort)) throw error;
      return { kind: "shut", trouble: await this.#troubleOf(error) };
    }
  }

  async create(): Promise<string | null> {
    const { writeInitFiles } = await import("./init-files.ts");
    return await this.#attempt(async () => writeInitFiles(this.root, this.#proposed));
  }

  async replaceDaemon(): Promise<string | null> {
    const { endDaemon } = await import("../daemon/daemon-control.ts");
    return await this.#attempt(async () => {
      await endDaemon(this.root, "release");
    });
  }

  /** Starts a daemon where none runs, for a client that finds its own way to it. */
  async startDaemon(): Promise<string | null> {
    return await this.#attempt(async () => {
      const { client } = await this.#context.daemons.ensure(this.root);
      await client.close();
    });
  }

  async #attempt(act: () => Promise<void>): Promise<string | null> {
    try {
      await act();
      return null;
    } catch (error) {
      if (error instanceof Abort) return error.hint === null ? error.message : `${error.message} (${error.hint})`;
      throw error;
    }
  }

  async #lookAtFiles(): Promise<Opening> {
    const last = this.#stamps;
    if (last !== null && last.value === stampsOf(last.files)) return last.opening;
    const { loadFleet } = await import("../config/load-fleet.ts");
    const { spec, diagnostics, files } = loadFleet(this.root);
    const watched = [this.root, ...files];
    const value = stampsOf(watched);
    const opening = await this.#openingOf(spec, diagnostics);
    if (opening.kind === "shut") this.#stamps = { value, files: watched, opening };
    return opening;
  }

  async #openingOf(spec: FleetSpec | null, diagnostics: Diagnostic[]): Promise<Opening> {
    if (spec === null || hasErrors(diagnostics)) {
      this.#abort = await configAbort(diagnostics, this.root, this.#context.stderr.hasColor);
      return { kind: "shut", trouble: { kind: "broken", root: this.root, diagnostics } };
    }
    if (spec.services.length + spec.vendors.length === 0) return { kind: "shut", trouble: await this.#nothing() };
    const { client, started } = await this.#context.daemons.ensure(this.root);
    return await this.#enter(client, started);
  }

  async #nothing(): Promise<Trouble> {
    this.#abort = nothingToRun(this.root);
    const { findProposal } = await import("./init-proposal.ts");
    const { initFiles } = await import("./init-files.ts");
    const found = findProposal(this.root);
    const { services, remarks } = found.ok ? found.proposal : { services: [], remarks: [] };
    this.#proposed = initFiles(this.root, services);
    const files = this.#proposed.map(({ path, added }) => ({
      path,
      text: added,
      found: services.find((s) => `${s.dir}/service.yml` === path)?.found ?? "",
    }));
    return { kind: "nothing", root: this.root, files, remarks };
  }

  async #enter(client: EngineClient, startedDaemon: boolean): Promise<Opening> {
    try {
      // Asked at once, so that a daemon of another version is a message and no empty dashboard.
      const snapshot = await client.snapshot();
      const isWanted = hasRecordedWish(this.root) || snapshot.services.some((s) => s.wanted === "running");
      const autoStart = this.#starts && !isWanted;
      this.#opened = { client, startedDaemon };
      return { kind: "opened", fleet: { client, startedFleet: autoStart, autoStart, snapshot } };
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  async #troubleOf(error: Abort): Promise<Trouble> {
    this.#abort = error;
    const { VersionMismatch } = await import("../daemon/version-mismatch.ts");
    if (error instanceof VersionMismatch) {
      const { daemonVersion } = error;
      return { kind: "other-version", root: this.root, daemonVersion, ownVersion: version };
    }
    return { kind: "unreachable", root: this.root, message: error.message, hint: error.hint };
  }
}

/** Changes when one of the files appears, goes or is written. */
function stampsOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? "-" : `${stat.ino}:${stat.size}:${stat.mtimeMs}`;
    })
    .join(" ");
}
