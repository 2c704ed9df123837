import { Component, type ReactNode } from "react";

interface ErrorBoundaryProps {
  onError(error: unknown): void;
  children: ReactNode;
}

/** Catches what a pane throws while drawing, before Ink would write it over the screen that is about to be left. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onError(error);
  }

  override render(): ReactNode {
    return this.state.hasFailed ? null : this.props.children;
  }
}
