export {
  createClient,
  type Client,
  type ClientOptions,
  type RequestOptions,
} from "./client.js";
export type { Account } from "./account.js";
export type { CallOptions } from "./api.js";
export type { Auth } from "./auth.js";
export type { Operation, Outcome, Outcomes } from "./batch.js";
export type { Changes } from "./changes/changes.js";
export type {
  CopyState,
  CopyStep,
  CopyStore,
  Put,
  Removed,
  Replaced,
} from "./changes/copy-store.js";
export { IndexedDbCopy } from "./changes/indexed-db-copy.js";
export type { CopyOptions } from "./changes/copy-options.js";
export type { LocalCopy } from "./changes/local-copy.js";
export { MemoryCopy } from "./changes/memory-copy.js";
export { Conflict } from "./errors/conflict.js";
export { Forbidden } from "./errors/forbidden.js";
export { InvalidRequest } from "./errors/invalid-request.js";
export { MainstayError, type ClientCode } from "./errors/mainstay-error.js";
export { NetworkFailed } from "./errors/network-failed.js";
export { NotFound } from "./errors/not-found.js";
export { RateLimited } from "./errors/rate-limited.js";
export { SecondFactorNeeded } from "./errors/second-factor-needed.js";
export { sentenceOf } from "./errors/sentence.js";
export { ServerFault } from "./errors/server-fault.js";
export { TimedOut } from "./errors/timed-out.js";
export { Unauthenticated } from "./errors/unauthenticated.js";
export { Unavailable } from "./errors/unavailable.js";
export { UnexpectedAnswer } from "./errors/unexpected-answer.js";
export { ValidationFailed } from "./errors/validation-failed.js";
export { VersionMismatch } from "./errors/version-mismatch.js";
export { decimal, type Decimal } from "./filter/decimal.js";
export type { FilterFields } from "./filter/fields.js";
export { Filter } from "./filter/filter.js";
export type { FilterValue } from "./filter/quote.js";
export { filter } from "./filter/tag.js";
export type {
  Account as AccountState,
  ActivityEntry,
  ActivityPage,
  AddressChange,
  ApiKey,
  ApiKeyList,
  ApiKeyRotation,
  Application,
  ApplicationBack,
  ApplicationCollection,
  ApplicationDefault,
  ApplicationDefinition,
  ApplicationField,
  ApplicationLabelPart,
  ApplicationSignIn,
  AuditEntry,
  AuditPage,
  AuditStatus,
  Client as OAuthClient,
  ClientList as OAuthClientList,
  CodeSignIn,
  ConnectedApplication,
  ConnectedApplicationList,
  Comment,
  CommentPage,
  CommentThread,
  DefinitionChange,
  ErrorCode,
  ExternalKey,
  ExternalKeyList,
  ExternalKeyRotation,
  FieldError,
  Health,
  HistoryEntry,
  HistoryPage,
  Invitation,
  JobList,
  Mail,
  MailPage,
  MigrationStatus,
  NewApiKey,
  NewClient,
  NewComment,
  NewDefinitionChange,
  NewExternalKey,
  NewInvitation,
  NewRuleCheck,
  NewRuleTest,
  NewShare,
  NewTotp,
  NewWebhook,
  Notification,
  NotificationCount,
  NotificationPage,
  OpenedShare,
  Outbox,
  OwnSecondFactor,
  OwnSession,
  Passkey,
  PasswordReset,
  Problem,
  RuleCheck,
  RulePart,
  RuleStep,
  RuleTest,
  ServiceAccount,
  ServiceAccountList,
  Setting,
  SettingList,
  SetUp,
  Share,
  ShareChanges,
  SharedWithMe,
  SignIn,
  SignInChallenge,
  TrashItem,
  TrashPage,
  TreeComparison,
  TreeRestored,
  TreeVersion,
  TreeVersionPage,
  Webhook,
  WebhookAttempt,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookList,
  WebhookSecret,
} from "./generated/protocol.js";
export type { Fetch } from "./http.js";
export type { Invitations } from "./invitations.js";
export type { SharedPage, SharedQuery, Shares } from "./shares.js";
export type { Json, JsonObject } from "./json.js";
export type {
  LiveCollection,
  LiveListOptions,
} from "./realtime/live-collection.js";
export type {
  EntryEvent,
  LiveEntry,
  LiveEvent,
  RecordGone,
  RecordPresent,
  Reload,
  Subscribed,
} from "./realtime/live-events.js";
export type { FollowOptions, LiveRecord } from "./realtime/live-record.js";
export type { Member, ReloadReason } from "./realtime/messages.js";
export type { Realtime } from "./realtime/realtime.js";
export type { Room, RoomEvent } from "./realtime/room.js";
export type { WebSocketClass, WebSocketLike } from "./realtime/socket-wire.js";
export type { Ended, Subscription } from "./realtime/subscription.js";
export type {
  ListOptions,
  Page,
  ReadOptions,
  Records,
  WriteTarget,
} from "./records.js";
export type { RetryOptions } from "./retry.js";
export type {
  CollectionName,
  RecordOf,
  RuntimeSchema,
  SchemaTypes,
} from "./schema.js";
export type { Selected } from "./selection.js";
export { localStorageStore } from "./session/local-storage-store.js";
export { memoryStore } from "./session/memory-store.js";
export type { SessionStore, StoredSession } from "./session/session-store.js";
