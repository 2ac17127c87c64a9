import { ApiProperty } from '../description.js';
import { IsIn } from 'class-validator';
import {
  CONVERSATION_STATUS_MEANINGS,
  CONVERSATION_STATUSES,
  type ConversationStatus,
  TURN_ROLES,
  type TurnRole,
} from '../conversation-status.dto.js';
import { END_REASONS, type EndReason } from '../end-reason.js';
import { wordsOf } from '../meanings.js';
import { IsConversationId, IsUtf8Length, MayBeEmpty, IgnoresUnknown } from '../validators.js';
import { MessageDto } from './messages.dto.js';

/** Body of `POST /conversations/userConversation/init`. */
@IgnoresUnknown()
export class InitConversationDto {
  @ApiProperty({
    required: false,
    example: '6b0159f1a470160ca3a10002',
    description: 'The visitor whose conversation it is; nobody where it is left out.',
  })
  @MayBeEmpty()
  @IsConversationId()
  visitorId?: string;

  @ApiProperty({
    required: false,
    description: 'Your own id of the conversation: the same id again is the same conversation.',
  })
  @MayBeEmpty()
  @IsConversationId()
  externalId?: string;

  @ApiProperty({
    required: false,
    example: 'https://shop.example.com/roses',
    description: 'The page it was opened on; its query and fragment are dropped.',
  })
  @MayBeEmpty()
  @IsUtf8Length(1, 2048)
  pageUrl?: string;
}

/** Statuses the plugin may set; `failed` is for the avatar service to say. */
export const SETTABLE_STATUS_MEANINGS = {
  active: CONVERSATION_STATUS_MEANINGS.active,
  completed: CONVERSATION_STATUS_MEANINGS.completed,
} as const;
export type SettableStatus = keyof typeof SETTABLE_STATUS_MEANINGS;
export const SETTABLE_STATUSES = wordsOf(SETTABLE_STATUS_MEANINGS);

/** Body of `PATCH /conversations/userConversation/:id/status`. */
@IgnoresUnknown()
export class SetStatusDto {
  @ApiProperty({
    required: false,
    enum: SETTABLE_STATUSES,
    description: 'Where the conversation stands from now on; completed where nothing is said.',
  })
  @MayBeEmpty()
  @IsIn(SETTABLE_STATUSES)
  status?: SettableStatus;
}

/** Answer of the plugin's two conversation calls. */
export class ConversationRefDto {
  @ApiProperty({
    example: '6b0159f1a470160ca3a10003',
    description: 'The conversation, by its own id.',
  })
  conversationId!: string;

  @ApiProperty({ enum: CONVERSATION_STATUSES, description: 'Where it stands.' })
  status!: ConversationStatus;
}

/** One avatar session of a conversation. */
export class ConversationSessionDto {
  @ApiProperty({
    example: 'b7c6d1de-0a53-4b53-a2e5-0f6a7c1e9c33',
    description: "The session, by the vendor's id.",
  })
  sessionId!: string;

  @ApiProperty({ enum: CONVERSATION_STATUSES, description: 'Where the session stands.' })
  status!: ConversationStatus;

  @ApiProperty({ type: 'integer', description: 'Version of the delivery that stands.' })
  version!: number;

  @ApiProperty({ nullable: true, enum: END_REASONS, description: 'Why it ended; null before.' })
  endReason!: EndReason | null;

  @ApiProperty({
    nullable: true,
    type: Number,
    example: 190.5,
    description: 'How long it ran, in seconds; null before its end.',
  })
  durationSeconds!: number | null;

  @ApiProperty({ description: 'The transcript was cut at a limit.' })
  truncated!: boolean;

  @ApiProperty({ description: 'False while a later version is expected.' })
  complete!: boolean;
}

/** One turn of an avatar session as it is read back. */
export class ConversationTurnDto {
  @ApiProperty({
    example: 'b7c6d1de-0a53-4b53-a2e5-0f6a7c1e9c33:00000',
    description: 'The id of the turn: its session and its place in it.',
  })
  turnId!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    description: "The session it was said in, by the vendor's id; null on records from before.",
  })
  sessionId!: string | null;

  @ApiProperty({ enum: TURN_ROLES, description: 'Who said it.' })
  role!: TurnRole;

  @ApiProperty({ example: 'What are your opening hours?', description: 'What was said.' })
  transcript!: string;

  @ApiProperty({
    format: 'date-time',
    nullable: true,
    type: String,
    description: 'When it was said; null on records from before that do not tell.',
  })
  timestamp!: string | null;
}

/** A conversation without what was written and said in it. */
class ConversationHeadDto {
  @ApiProperty({
    example: '6b0159f1a470160ca3a10003',
    description: 'The conversation, by its own id.',
  })
  conversationId!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The id that its opener gave it; null where it gave none.',
  })
  externalId!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: "The visitor whose it is; null where it is nobody's.",
  })
  visitorId!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The page it was opened on; null where none was named.',
  })
  pageUrl!: string | null;

  @ApiProperty({ enum: CONVERSATION_STATUSES, description: 'Where it stands.' })
  status!: ConversationStatus;

  @ApiProperty({
    format: 'date-time',
    nullable: true,
    type: String,
    description: 'When it was opened; null on records from before that do not tell.',
  })
  createdAt!: string | null;
}

/** A conversation in the operator's list. */
export class ListedConversationDto extends ConversationHeadDto {
  @ApiProperty({
    format: 'date-time',
    nullable: true,
    type: String,
    description: 'When something happened in it last; null on records from before.',
  })
  lastActivityAt!: string | null;
}

/** One page of conversations. Answer of `GET /admin/accounts/:accountId/conversations`. */
export class ConversationListDto {
  @ApiProperty({
    type: [ListedConversationDto],
    description: 'Conversations, the one in which something happened last first.',
  })
  items!: ListedConversationDto[];

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The `cursor` of the next page; null on the last one.',
  })
  nextCursor!: string | null;
}

/**
 * Answer of `GET /conversations/userConversation/:id`: one page of what was written and said, by
 * time and then by id. A page holds up to `limit` messages and turns together.
 */
export class ConversationPageDto extends ConversationHeadDto {
  @ApiProperty({
    type: [ConversationSessionDto],
    description: 'Its avatar sessions; all of them stand on every page.',
  })
  sessions!: ConversationSessionDto[];

  @ApiProperty({ type: [MessageDto], description: 'Messages of this page, in order.' })
  messages!: MessageDto[];

  @ApiProperty({
    type: [ConversationTurnDto],
    description: 'Turns of avatar sessions of this page, in order.',
  })
  transcript!: ConversationTurnDto[];

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The `cursor` of the next page; null on the last one.',
  })
  nextCursor!: string | null;
}
