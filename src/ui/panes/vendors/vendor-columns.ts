import { isAlive } from "../../../model/replica.ts";
import type { VendorSnapshot } from "../../../model/vendor.ts";
import { cleanText } from "../../text/clean-text.ts";
import { elapsed } from "../../text/elapsed.ts";
import type { Theme } from "../../theme/theme.ts";
import type { Column } from "../../widgets/table/Table.tsx";
import { imageText, vendorPorts, vendorProgress } from "./vendor-texts.ts";

/** Below this an image is written in short. */
const wideFrom = 64;

/**
 * The columns of the vendors in a pane of this width. What changes with time has a fixed width; while a vendor is not well, what it runs gives
 * way to why.
 */
export function vendorColumns({ glyphs, phase, role }: Theme, now: number, width: number): Column<VendorSnapshot>[] {
  return [
    {
      id: "glyph",
      title: "",
      align: "left",
      rank: 1,
      min: 1,
      width: 1,
      cell: ({ state, supported }) => ({
        text: supported ? glyphs.phase[state.phase] : glyphs.none,
        style: supported ? phase[state.phase] : role.muted,
      }),
    },
    {
      id: "name",
      title: "NAME",
      align: "left",
      rank: 2,
      min: 8,
      width: null,
      gap: 1,
      cell: ({ name, supported }) => ({ text: cleanText(name), style: supported ? role.plain : role.muted }),
    },
    {
      id: "state",
      title: "STATE",
      align: "left",
      rank: 3,
      min: 9,
      width: 9,
      cell: (vendor) => ({
        text: vendor.supported ? vendor.state.phase : "not run",
        style: vendor.supported ? phase[vendor.state.phase] : role.muted,
      }),
    },
    {
      id: "port",
      title: "PORT",
      align: "left",
      rank: 4,
      min: 6,
      width: 8,
      cell: (vendor) => ({ text: vendorPorts(vendor, glyphs.none) }),
    },
    {
      id: "image",
      title: "IMAGE",
      align: "left",
      rank: 5,
      min: 9,
      width: 16,
      grows: true,
      cell: (vendor) => {
        const trouble = vendorProgress(vendor, now);
        return trouble === null
          ? { text: imageText(vendor, width < wideFrom), style: role.muted }
          : { text: trouble, style: phase[vendor.state.phase] };
      },
    },
    {
      id: "up",
      title: "UP",
      align: "right",
      rank: 6,
      min: 3,
      width: 6,
      cell: ({ since, state, supported }) => ({
        text: supported && isAlive(state.phase) && state.phase !== "starting" ? elapsed(since, now) : glyphs.none,
        style: role.muted,
      }),
    },
  ];
}
