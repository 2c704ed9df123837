import { Box, useIsScreenReaderEnabled } from "ink";
import type { ReactNode } from "react";
import type { Frame } from "./frame.ts";
import { Banner } from "./panes/banner/Banner.tsx";
import { BuildCardPanel } from "./panes/build-card/BuildCardPanel.tsx";
import { DetailsPane } from "./panes/details/DetailsPane.tsx";
import { Footer } from "./panes/footer/Footer.tsx";
import { Header } from "./panes/header/Header.tsx";
import { HelpPane } from "./panes/help/HelpPane.tsx";
import { LogPane } from "./panes/logs/LogPane.tsx";
import { PaletteBox } from "./panes/palette/PaletteBox.tsx";
import { QuitPrompt } from "./panes/quit/QuitPrompt.tsx";
import { StoppingBox } from "./panes/quit/StoppingBox.tsx";
import { ConfirmPrompt } from "./panes/services/ConfirmPrompt.tsx";
import { SelectionLine } from "./panes/services/SelectionLine.tsx";
import { ServicesPane } from "./panes/services/ServicesPane.tsx";
import { StrayPrompt } from "./panes/strays/StrayPrompt.tsx";
import { StraysPane } from "./panes/strays/StraysPane.tsx";
import { TooSmall } from "./panes/too-small/TooSmall.tsx";
import { VendorsPane } from "./panes/vendors/VendorsPane.tsx";
import { WelcomePane } from "./panes/welcome/WelcomePane.tsx";
import { dashboardReading } from "./reading/dashboard-reading.ts";
import { ReadAloud } from "./reading/ReadAloud.tsx";
import type { Confirm } from "./state/grid-verb.ts";
import type { StrayConfirm } from "./state/strays-view.ts";

/** The whole screen, drawn from one frame and nothing else. */
export function App({ frame }: { frame: Frame }): ReactNode {
  const { layout, ui } = frame;
  const { columns, rows } = layout;
  const isReadAloud = useIsScreenReaderEnabled();
  if (layout.isTooSmall) return <TooSmall columns={columns} rows={rows} />;
  if (isReadAloud) return <ReadAloud lines={dashboardReading(frame)} />;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Header frame={frame} />
      <Banner frame={frame} />
      <Body frame={frame} />
      <Footer frame={frame} />
      {ui.dialog.kind === "quit" ? (
        <QuitPrompt frame={frame} choices={ui.dialog.choices} selected={ui.dialog.selected} />
      ) : null}
      {ui.dialog.kind === "palette" ? <PaletteBox frame={frame} palette={ui.dialog} /> : null}
      {ui.dialog.kind === "confirm" ? <Question frame={frame} confirm={ui.dialog} /> : null}
      {ui.dialog.kind === "stopping" ? <StoppingBox frame={frame} isKilled={ui.dialog.isKilled} /> : null}
    </Box>
  );
}

function Question({ frame, confirm }: { frame: Frame; confirm: Confirm | StrayConfirm }): ReactNode {
  return confirm.verb === "stop-stray" ? (
    <StrayPrompt frame={frame} confirm={confirm} />
  ) : (
    <ConfirmPrompt frame={frame} confirm={confirm} />
  );
}

function Body({ frame }: { frame: Frame }): ReactNode {
  const { fleet, layout, ui } = frame;
  const height = layout.rows - 2 - layout.banner;
  if (ui.dialog.kind === "help") return <HelpPane frame={frame} top={ui.dialog.top} height={height} />;
  if (ui.dialog.kind === "details") return <DetailsPane frame={frame} details={ui.dialog} />;
  if (frame.strays !== null) return <StraysPane frame={frame} height={height} />;
  if ((fleet.snapshot?.services ?? []).length === 0) return <WelcomePane frame={frame} height={height} />;
  return (
    <>
      <Box flexDirection={layout.vendors.isBeside ? "row" : "column"}>
        <ServicesPane frame={frame} />
        <VendorsPane frame={frame} />
      </Box>
      <SelectionLine frame={frame} />
      <BuildCardPanel frame={frame} />
      <LogPane frame={frame} />
    </>
  );
}
