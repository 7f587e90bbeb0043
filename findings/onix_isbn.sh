#!/bin/sh
# ONIX for Books held against EDItEUR's schemas with their code lists (issue 75), by onixcheck, which brings isbnlib.
# Guess: an ISBN-13 with a wrong check digit, and a length of 99 minutes and 99 seconds, are errors.
# Seen: valid, both; so is the ISBN-13 "harbour". Only a code that no list has, and a value that is no number, are told.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place/lib" onixcheck==0.9.12 isbnlib==3.10.14 lxml==6.1.3
cat > "$place/see.py" <<'END'
import sys
from pathlib import Path

import onixcheck

RECORD = """<ONIXMessage release="3.0" xmlns="http://ns.editeur.org/onix/3.0/reference">
<Header><Sender><SenderName>A House</SenderName></Sender><SentDateTime>20261130</SentDateTime></Header>
<Product><RecordReference>org.example.1</RecordReference><NotificationType>03</NotificationType>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue></ProductIdentifier>
<DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>{form}</ProductForm>
<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>
<TitleText>The Harbour</TitleText></TitleElement></TitleDetail><NoContributor/>
<Extent><ExtentType>09</ExtentType><ExtentValue>{extent}</ExtentValue><ExtentUnit>16</ExtentUnit></Extent>
</DescriptiveDetail></Product></ONIXMessage>"""
RIGHT = {"isbn": "9780306406157", "form": "AJ", "extent": "0011112"}


def errors(**changed: str) -> int:
    path = Path(sys.argv[1])
    path.write_text(RECORD.format(**RIGHT | changed), "utf-8")
    found = onixcheck.validate(str(path))
    print(changed or "as it should be", "->", [message.short[:90] for message in found] or "valid")
    return len(found)


assert errors() == 0
assert errors(isbn="9780306406158") == 0  # the check digit is 7
assert errors(isbn="harbour") == 0
assert errors(extent="0019999") == 0  # 1 h, 99 min, 99 s
assert errors(extent="1 h") > 0
assert errors(form="A9") > 0
END
PYTHONPATH="$place/lib" python3 "$place/see.py" "$place/record.xml"
