/** A user agent by the names of uap-core's patterns; `-` where something can't be said, as at Wikimedia. */
export interface UserAgent {
  readonly browserFamily: string;
  readonly browserMajor: string;
  readonly osFamily: string;
  readonly osMajor: string;
  readonly osMinor: string;
  readonly deviceFamily: string;
  /** The version of Wikimedia's app. */
  readonly wmfAppVersion: string;
}
