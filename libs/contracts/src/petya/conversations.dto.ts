import { ApiProperty } from '../description.js';
import { IsIn } from 'class-validator';
import {
  CONVERSATION_STATUSES,
  type ConversationStatus,
  TURN_ROLES,
  type TurnRole,
} from '../conversation-status.dto.js';
import { END_REASONS, type EndReason } from '../end-reason.js';
import { IsConversationId, IsUtf8Length, MayBeEmpty } from '../validators.js';
import { MessageDto } from './messages.dto.js';

/** Body of `POST /conversations/userConversation/init`. */
export class InitConversationDto {
  @ApiProperty({ required: false, example: '6b0159f1a470160ca3a10002' })
  @MayBeEmpty()
  @IsConversationId()
  visitorId?: string;

  @ApiProperty({ required: false, description: "The caller's own id; the same again is the same." })
  @MayBeEmpty()
  @IsConversationId()
  externalId?: string;

  @ApiProperty({ required: false, example: 'https://shop.example.com/roses' })
  @MayBeEmpty()
  @IsUtf8Length(1, 2048)
  pageUrl?: string;
}

/** Statuses the plugin may set; `failed` is for the avatar service to say. */
export const SETTABLE_STATUSES = ['active', 'completed'] as const;
export type SettableStatus = (typeof SETTABLE_STATUSES)[number];

/** Body of `PATCH /conversations/userConversation/:id/status`. */
export class SetStatusDto {
  @ApiProperty({ enum: SETTABLE_STATUSES })
  @IsIn(SETTABLE_STATUSES)
  status!: SettableStatus;
}

/** Answer of the plugin's two conversation calls. */
export class ConversationRefDto {
  @ApiProperty({ example: '6b0159f1a470160ca3a10003' })
  conversationId!: string;

  @ApiProperty({ enum: CONVERSATION_STATUSES })
  status!: ConversationStatus;
}

/** One avatar session of a conversation. */
export class ConversationSessionDto {
  @ApiProperty({ example: 'b7c6d1de-0a53-4b53-a2e5-0f6a7c1e9c33' })
  sessionId!: string;

  @ApiProperty({ enum: CONVERSATION_STATUSES })
  status!: ConversationStatus;

  @ApiProperty({ description: 'Version of the delivery that stands.' })
  version!: number;

  @ApiProperty({ nullable: true, enum: END_REASONS })
  endReason!: EndReason | null;

  @ApiProperty({ nullable: true, type: Number, example: 190.5 })
  durationSeconds!: number | null;

  @ApiProperty({ description: 'The transcript was cut at a limit.' })
  truncated!: boolean;

  @ApiProperty({ description: 'False while a later version is expected.' })
  complete!: boolean;
}

/** One turn of an avatar session as it is read back. */
export class ConversationTurnDto {
  @ApiProperty({ example: 'b7c6d1de-0a53-4b53-a2e5-0f6a7c1e9c33:00000' })
  turnId!: string;

  @ApiProperty({ nullable: true, type: String })
  sessionId!: string | null;

  @ApiProperty({ enum: TURN_ROLES })
  role!: TurnRole;

  @ApiProperty({ example: 'What are your opening hours?' })
  transcript!: string;

  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  timestamp!: string | null;
}

/**
 * Answer of `GET /conversations/userConversation/:id`: one page of what was written and said, by
 * time and then by id. A page holds up to `limit` messages and turns together.
 */
export class ConversationPageDto {
  @ApiProperty({ example: '6b0159f1a470160ca3a10003' })
  conversationId!: string;

  @ApiProperty({ nullable: true, type: String })
  externalId!: string | null;

  @ApiProperty({ nullable: true, type: String })
  visitorId!: string | null;

  @ApiProperty({ nullable: true, type: String })
  pageUrl!: string | null;

  @ApiProperty({ enum: CONVERSATION_STATUSES })
  status!: ConversationStatus;

  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  createdAt!: string | null;

  @ApiProperty({ type: [ConversationSessionDto] })
  sessions!: ConversationSessionDto[];

  @ApiProperty({ type: [MessageDto] })
  messages!: MessageDto[];

  @ApiProperty({ type: [ConversationTurnDto] })
  transcript!: ConversationTurnDto[];

  @ApiProperty({ nullable: true, type: String, description: 'Null on the last page.' })
  nextCursor!: string | null;
}
