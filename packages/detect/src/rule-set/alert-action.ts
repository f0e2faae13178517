/** What somebody does to an alert. */
export interface AlertAction {
  readonly alertId: string;
  readonly kind: 'acknowledge' | 'resolve';
  /** The alert's last transition as whoever acts saw it: an alert that opened again since is another matter. */
  readonly sequence: number;
  /** Name of the token. */
  readonly actor: string;
  readonly note: string;
}
