import { ApiProperty } from '../description.js';
import { IsBoolean } from 'class-validator';
import { IsConversationId, IsUtf8Length, MayBeEmpty, IgnoresUnknown } from '../validators.js';

/** Longest message, in UTF-8 bytes: as long as one avatar turn. */
export const MAX_MESSAGE_BYTES = 32 * 1024;

/** Body of `POST /messages/userMessages/init`. */
@IgnoresUnknown()
export class PostMessageDto {
  @ApiProperty({
    example: '6b0159f1a470160ca3a10003',
    description: 'The conversation, by its own id or its `externalId`.',
  })
  @IsConversationId()
  conversationId!: string;

  @ApiProperty({ description: 'True when the visitor wrote it, false when the shop answered.' })
  @IsBoolean()
  isFromUser!: boolean;

  @ApiProperty({
    example: 'Do you deliver on Sundays?',
    description: 'What was written, up to 32 KiB in UTF-8.',
  })
  @IsUtf8Length(1, MAX_MESSAGE_BYTES)
  content!: string;

  @ApiProperty({
    required: false,
    description: 'Your own id of the message: the same id again is the same message.',
  })
  @MayBeEmpty()
  @IsConversationId()
  clientMessageId?: string;
}

/** Answer of `POST /messages/userMessages/init`. */
export class MessageRefDto {
  @ApiProperty({ example: '6b0159f1a470160ca3a10004', description: 'The id of the message.' })
  messageId!: string;

  @ApiProperty({
    example: '6b0159f1a470160ca3a10003',
    description: 'The conversation that it stands in, by its own id.',
  })
  conversationId!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was stored.' })
  createdAt!: string;
}

/** A message as it is read back. */
export class MessageDto {
  @ApiProperty({ example: '6b0159f1a470160ca3a10004', description: 'The id of the message.' })
  messageId!: string;

  @ApiProperty({ description: 'Whether the visitor wrote it, or the shop.' })
  isFromUser!: boolean;

  @ApiProperty({ example: 'Do you deliver on Sundays?', description: 'What was written.' })
  content!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The id that its sender gave it; null where it gave none.',
  })
  clientMessageId!: string | null;

  @ApiProperty({ format: 'date-time', description: 'When it was stored.' })
  createdAt!: string;
}
