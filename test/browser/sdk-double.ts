/**
 * A module in the place of the vendor's SDK: it starts and stops a session by the same calls, shows
 * a moving picture while it is seen, as the vendor's does, and asks for the microphone.
 */
export const SDK_DOUBLE = `
export const SessionEvent = { SESSION_STREAM_READY: 'ready', SESSION_DISCONNECTED: 'gone' };
export const AgentEventsEnum = new Proxy({}, { get: (_, name) => name });
export class LiveAvatarSession {
  maxSessionDuration = null;
  handlers = {};
  constructor(token, { apiUrl }) {
    this.call = (what) => fetch(apiUrl + '/v1/sessions/' + what, {
      method: 'POST', headers: { Authorization: 'Bearer ' + token },
    });
    this.voiceChat = {
      start: async () => void (await navigator.mediaDevices.getUserMedia({ audio: true })),
      stop() {},
    };
  }
  on(name, handler) { this.handlers[name] = handler; }
  attach(element) {
    const canvas = document.createElement('canvas');
    const pen = canvas.getContext('2d');
    let isSeen = true;
    this.sight = new IntersectionObserver((entries) => { isSeen = entries.pop().isIntersecting; });
    this.sight.observe(element);
    this.drawing = setInterval(() => {
      if (!isSeen || window.isStill) return;
      pen.fillStyle = '#' + Math.random().toString(16).slice(2, 8);
      pen.fillRect(0, 0, 300, 150);
    }, 100);
    element.srcObject = canvas.captureStream(10);
  }
  async start() {
    const answer = await this.call('start');
    const { code, message, data } = await answer.json();
    if (!answer.ok) {
      throw Object.assign(new Error(message), { status: answer.status, errorCode: code ?? 500 });
    }
    this.maxSessionDuration = data.max_session_duration ?? 600;
    this.handlers.ready?.();
  }
  message() {}
  repeat() {}
  async stop() {
    clearInterval(this.drawing);
    this.sight?.disconnect();
    await this.call('stop');
  }
}
`;
