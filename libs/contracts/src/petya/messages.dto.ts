import { ApiProperty } from '../description.js';
import { IsBoolean } from 'class-validator';
import { IsConversationId, IsUtf8Length, MayBeEmpty } from '../validators.js';

/** Longest message, in UTF-8 bytes: as long as one avatar turn. */
export const MAX_MESSAGE_BYTES = 32 * 1024;

/** Body of `POST /messages/userMessages/init`. */
export class PostMessageDto {
  @ApiProperty({ example: '6b0159f1a470160ca3a10003' })
  @IsConversationId()
  conversationId!: string;

  @ApiProperty({ description: 'True when the visitor wrote it, false when we answered.' })
  @IsBoolean()
  isFromUser!: boolean;

  @ApiProperty({ example: 'Do you deliver on Sundays?' })
  @IsUtf8Length(1, MAX_MESSAGE_BYTES)
  content!: string;

  @ApiProperty({ required: false, description: 'The same id again is the same message.' })
  @MayBeEmpty()
  @IsConversationId()
  clientMessageId?: string;
}

/** Answer of `POST /messages/userMessages/init`. */
export class MessageRefDto {
  @ApiProperty({ example: '6b0159f1a470160ca3a10004' })
  messageId!: string;

  @ApiProperty({ example: '6b0159f1a470160ca3a10003' })
  conversationId!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

/** A message as it is read back. */
export class MessageDto {
  @ApiProperty({ example: '6b0159f1a470160ca3a10004' })
  messageId!: string;

  @ApiProperty()
  isFromUser!: boolean;

  @ApiProperty({ example: 'Do you deliver on Sundays?' })
  content!: string;

  @ApiProperty({ nullable: true, type: String })
  clientMessageId!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}
