#!/bin/sh
# Two rows of action in Fountain, in Russian and Chinese: nobody's name is in capitals.
# Guess: action, as the same rows in English are. Seen: fountain-js makes the first row a character who speaks the second.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
npm install --silent --no-fund --no-audit --prefix "$place" fountain-js@1.2.4 > /dev/null
cat > "$place/read.cjs" <<'J'
const { Fountain } = require("fountain-js");
const rows = { English: "Anna goes to the window.\nIt rains.", Russian: "Анна идёт к окну.\nИдёт дождь.", Chinese: "她走到窗前。\n外面下雨。" };
for (const [language, action] of Object.entries(rows)) {
  const kinds = new Fountain().parse(`INT. ROOM\n\n${action}\n`, true).tokens.map((token) => token.type);
  console.log(language, kinds.join(" "));
  if (kinds.includes("character") !== (language !== "English")) throw new Error("it has changed");
}
J
node "$place/read.cjs"
