import type { ServiceSnapshot } from "../../model/service-snapshot.ts";

/** Whether a service is built and replaced when its sources change: `trouble` where it should be and is not. */
export type Following = "on" | "off" | "trouble";

/** Null where a service has no sources that could be followed; a oneshot is run when somebody asks for it. */
export function followingOf({ rerun, oneshot }: ServiceSnapshot): Following | null {
  if (rerun === undefined || oneshot) return null;
  if (!rerun.isOn) return "off";
  return rerun.trouble === null ? "on" : "trouble";
}

/** Of the services that have sources: how many follow them, and what that comes to. */
export interface RerunStatus {
  kind: "on" | "some" | "off";
  followed: number;
  total: number;
  hasTrouble: boolean;
}

/** Null where no service has sources that could be followed. */
export function rerunStatus(services: readonly ServiceSnapshot[]): RerunStatus | null {
  const all = services.map(followingOf).filter((following) => following !== null);
  if (all.length === 0) return null;
  const followed = all.filter((following) => following === "on").length;
  const off = all.filter((following) => following === "off").length;
  const kind = off === all.length ? "off" : followed === all.length ? "on" : "some";
  return { kind, followed, total: all.length, hasTrouble: followed + off < all.length };
}

/** True where somebody went back to the program before, and nothing was built since. */
export function isGoneBack({ build: { status, cause } }: ServiceSnapshot): boolean {
  return status === "ok" && cause?.kind === "user" && cause.verb === "goBack";
}

/** True where the service does not run well and the program that ran before can be had again. */
export function hasWayBack(service: ServiceSnapshot): boolean {
  if (service.rerun?.canGoBack !== true || service.wanted !== "running") return false;
  return service.replicas.some(
    ({ state, failure, index }) =>
      index <= service.scale && ("failure" in state || (state.phase === "starting" && failure !== null)),
  );
}
