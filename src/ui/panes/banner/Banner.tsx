import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { counted } from "../../text/amount.ts";
import { Line } from "../../widgets/line/Line.tsx";
import { describeDiagnostic } from "./describe-diagnostic.ts";

/** One red row while the config has mistakes: how many, and the first. The last good config stays in force meanwhile. */
export function Banner({ frame }: { frame: Frame }): ReactNode {
  const { fleet, layout, theme } = frame;
  const errors = fleet.snapshot?.diagnostics.filter((d) => d.severity === "error") ?? [];
  const [first] = errors;
  if (layout.banner === 0 || first === undefined) return null;
  return (
    <Line
      width={layout.columns}
      theme={theme}
      spans={[
        { text: ` ${theme.glyphs.bad} ${counted(errors.length, "mistake")} in the config  `, style: theme.role.alarm },
        { text: describeDiagnostic(first, fleet.snapshot?.root ?? ""), style: theme.role.bad },
      ]}
    />
  );
}
