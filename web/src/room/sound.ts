// A soft tone when it is one's turn, for those who asked for it: browsers let a page sound only after a press.
let context: AudioContext | undefined;

export function allowSound(): void {
  context ??= new AudioContext();
  void context.resume();
}

export function sound(): void {
  if (!context) return;
  for (const [tone, at] of [[523, 0], [659, 0.2], [784, 0.4]] as const) {
    const voice = context.createOscillator();
    const loudness = context.createGain();
    voice.frequency.value = tone;
    loudness.gain.setValueAtTime(0.15, context.currentTime + at);
    loudness.gain.exponentialRampToValueAtTime(0.001, context.currentTime + at + 0.6);
    voice.connect(loudness).connect(context.destination);
    voice.start(context.currentTime + at);
    voice.stop(context.currentTime + at + 0.6);
  }
}
