// What readers for Node find in a file, as JSON on standard output; run by benchmarks/compatibility.py:
//     node compatibility_readers.mjs READER FILE      (in the folder with their node_modules)
import { readFileSync } from "node:fs";

const readers = {
  async "music-metadata"(path) {
    const { parseFile } = await import("music-metadata");
    const { common, format } = await parseFile(path, { includeChapters: true, duration: true });
    const marks = (format.chapters ?? []).map((mark) => [mark.title, mark.start / (mark.timeScale ?? 1)]);
    const comments = [...(common.comment ?? []), ...(common.description ?? [])];
    return {
      title: common.title, author: common.artist, comment: comments.map((one) => one.text ?? one).join("\n"),
      cover: (common.picture ?? []).length > 0, length_s: format.duration, marks,
    };
  },
  async jsmediatags(path) {
    const { default: reader } = await import("jsmediatags");
    const { tags } = await new Promise((onSuccess, onError) => reader.read(path, { onSuccess, onError }));
    const marks = (tags.CHAP ?? []).map((mark) => [mark.data.subFrames.TIT2.data, mark.data.startTime / 1000]);
    const comment = tags.comment?.text ?? tags.comment;
    return { title: tags.title, author: tags.artist, comment, cover: Boolean(tags.picture), ...(marks.length && { marks }) };
  },
  async "node-id3"(path) {
    const { default: reader } = await import("node-id3");
    const tags = reader.read(path);
    const marks = tags.chapter.map((mark) => [mark.tags.title, mark.startTimeMs / 1000]);
    return { title: tags.title, author: tags.artist, comment: tags.comment.text, cover: Boolean(tags.image), marks };
  },
  async subtitle(path) {
    const { parseSync } = await import("subtitle");
    const cues = parseSync(readFileSync(path, "utf8")).filter((one) => one.type === "cue");
    return { cues: cues.length, end_s: cues.at(-1).data.end / 1000 };
  },
  async "subsrt-ts"(path) {
    const { default: subsrt } = await import("subsrt-ts");
    const cues = (subsrt.default ?? subsrt).parse(readFileSync(path, "utf8")).filter((one) => one.type === "caption");
    return { cues: cues.length, end_s: cues.at(-1).end / 1000 };
  },
  async "node-webvtt"(path) {
    const { default: webvtt } = await import("node-webvtt");
    const { cues } = webvtt.parse(readFileSync(path, "utf8"), { meta: true });
    return { cues: cues.length, end_s: cues.at(-1).end };
  },
  async "lrc-kit"(path) {
    const { Lrc } = await import("lrc-kit");
    return { cues: Lrc.parse(readFileSync(path, "utf8")).lyrics.length };
  },
  async "podcast-partytime"(path) {
    const { parseFeed } = await import("podcast-partytime");
    const feed = parseFeed(readFileSync(path, "utf8"), { allowMissingGuid: true });
    const kept = new Set(feed.items.flatMap((item) => (item.podcastTranscripts ?? []).map((one) => one.type)));
    return {
      title: feed.title, episodes: feed.items.length, transcripts: [...kept].sort(),
      sounds: feed.items.filter((item) => item.enclosure).length,
    };
  },
  async "fountain-js"(path) {
    const { Fountain } = await import("fountain-js");
    const { tokens } = new Fountain().parse(readFileSync(path, "utf8"), true);
    const names = tokens.filter((one) => one.type === "character").map((one) => one.text.replace(/ *[(^].*/, ""));
    return { speakers: [...new Set(names)].sort() };
  },
};

const [name, path] = process.argv.slice(2);
try {
  console.log(JSON.stringify(await readers[name](path)));
} catch (error) {
  console.log(JSON.stringify({ error: String(error?.message ?? error?.info ?? error).slice(0, 120) }));
}
process.exit(0);
