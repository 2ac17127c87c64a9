import {
  AudioFrame,
  AudioSource,
  LocalAudioTrack,
  LocalVideoTrack,
  TrackPublishOptions,
  TrackSource,
  VideoBufferType,
  VideoFrame,
  VideoSource,
  type LocalParticipant,
} from '@livekit/rtc-node';
import { PICTURE_SIZE, face, lowered, type Mouth } from './room.picture.js';

const FRAMES_PER_SECOND = 10;
const SAMPLE_RATE = 48_000;
const CHUNK_MS = 20;
const CHUNK_SAMPLES = (SAMPLE_RATE * CHUNK_MS) / 1000;
const QUEUE_MS = 100;
const TONE_HZ = 196;
const LOUDNESS = 2_400;

/** The avatar's moving picture and its voice: a tone while it speaks, silence otherwise. */
export class AvatarMedia {
  private readonly video = new VideoSource(PICTURE_SIZE, PICTURE_SIZE);
  private readonly audio = new AudioSource(SAMPLE_RATE, 1, QUEUE_MS);
  private frames = 0;
  private phase = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly isSpeaking: () => boolean) {}

  async publish(participant: LocalParticipant): Promise<void> {
    const picture = LocalVideoTrack.createVideoTrack('avatar-video', this.video);
    const voice = LocalAudioTrack.createAudioTrack('avatar-audio', this.audio);
    this.timer = setInterval(() => this.showFrame(), 1000 / FRAMES_PER_SECOND);
    this.showFrame();
    void this.playTone();
    await Promise.all([
      participant.publishTrack(
        picture,
        new TrackPublishOptions({ source: TrackSource.SOURCE_CAMERA, simulcast: false }),
      ),
      participant.publishTrack(
        voice,
        new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE }),
      ),
    ]);
  }

  async close(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    await Promise.all([this.video.close(), this.audio.close()]);
  }

  private showFrame(): void {
    const mouth = (this.isSpeaking() ? this.frames % 4 : 0) as Mouth;
    const blinks = this.frames % 36 < 2;
    const breath = Math.round(3 + 3 * Math.sin(this.frames / 6));
    this.frames += 1;
    const picture = lowered(face(mouth, blinks), breath);
    this.video.captureFrame(
      new VideoFrame(picture, PICTURE_SIZE, PICTURE_SIZE, VideoBufferType.RGBA),
    );
  }

  /** The source takes a chunk when there is room in its queue, which keeps the time. */
  private async playTone(): Promise<void> {
    const step = (2 * Math.PI * TONE_HZ) / SAMPLE_RATE;
    while (this.timer !== null) {
      const samples = new Int16Array(CHUNK_SAMPLES);
      if (this.isSpeaking()) {
        for (let index = 0; index < samples.length; index += 1) {
          samples[index] = Math.round(LOUDNESS * Math.sin((this.phase += step)));
        }
      }
      try {
        await this.audio.captureFrame(new AudioFrame(samples, SAMPLE_RATE, 1, CHUNK_SAMPLES));
      } catch {
        return; // The room was closed in the middle of a chunk.
      }
    }
  }
}
