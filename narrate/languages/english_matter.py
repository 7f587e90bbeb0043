"""What stands around an English text and is not read aloud: its titles, and what else only it says."""

UNREAD = {
    "cover": "cover|front cover",
    "titlepage": "title page|titlepage|title",
    "halftitlepage": "half title|half title page|half-title|halftitle",
    "copyright-page": "copyright|copyright page|copyright notice|uncopyright",
    "imprint": "imprint",
    "colophon": "colophon",
    "index": "index|general index|index of names",
    "bibliography": "bibliography|works cited|selected bibliography",
    "endnotes": "notes|endnotes|footnotes|end notes|foot notes|chapter notes",
    "other-credits": "credits|picture credits|illustration credits|photo credits",
    "toc": (
        "contents|table of contents|the contents|list of contents|contents of this volume|in this book|in this volume"
    ),
    "loi": (
        "illustrations|list of illustrations|list of plates|plates|full-page illustrations|list of figures|"
        "figures|maps|list of maps|maps and illustrations|illustrations and maps|list of photographs|"
        "list of pictures"
    ),
    "lot": "list of tables|tables|list of diagrams|list of charts",
    "transcriber-note": (
        "transcriber's note|transcriber's notes|transcribers' note|transcribers' notes|transcriber note|"
        "transcriber notes|notes of the transcriber|note from the transcriber|transcription notes|"
        "transcription note|transcriber's endnotes|transcriber's errata|notes on the transcription|"
        "transcriber's corrections|proofreader's note|proofreader's notes"
    ),
    "also-by": (
        "also by …|also written by …|also from …|other books by …|other novels by …|other works by …|"
        "other titles by …|other stories by …|more books by …|more by …|more from …|books by …|novels by …|"
        "works by …|titles by …|by the same author|also by the author|also by this author|"
        "also by the same author|books by the same author|books by this author|other books by the author|"
        "other books by this author|other books by the same author|works by the same author|"
        "novels by the same author|other works by the same author|more books by this author|"
        "other titles in this series|also in this series|also in the series|other books in this series|"
        "other books in the series|books in this series"
    ),
    "newsletter": (
        "newsletter|the newsletter|our newsletter|newsletter sign-up|newsletter signup|sign up|"
        "sign up for … newsletter|join … newsletter|subscribe to … newsletter|join the newsletter|"
        "join our mailing list|join … mailing list|mailing list|stay in touch|keep in touch|stay connected|"
        "let's stay in touch|connect with …|find … online|free book|get a free book|a free gift|"
        "thank you for reading|thanks for reading|thank you for buying this … ebook|before you go"
    ),
    "praise": (
        "praise|advance praise|critical acclaim|acclaim|what readers are saying|what people are saying|"
        "what the critics say|what the critics are saying|praise for …|early praise for …|advance praise for …|"
        "more praise for …|high praise for …|acclaim for …|critical acclaim for …|international acclaim for …|"
        "reviews of …|reviews for …|what readers are saying about …|what people are saying about …|"
        "what critics are saying about …"
    ),
}
RIGHTS = (
    "all rights reserved|all rights are reserved|some rights reserved|no part of this book may be|"
    "no part of this publication may be|no part of this work may be|moral right of the author|"
    "moral rights of the author|right to be identified as the author|licensed for your personal enjoyment|"
    "creative commons attribution"
)
IMPRINT = (
    "original title|translation:|this book was set in|was set in type|"
    "first published|first edition|second edition|published by|originally published|this edition published|"
    "printed in|printed and bound|library of congress|cataloging-in-publication|cataloguing in publication|"
    "british library|cover design|cover art|cover illustration|cover photograph|cover image|book design|typeset by|"
    "typeset in|edited by|a work of fiction|entirely coincidental|permission of the publisher|"
    "permission in writing from|written permission|public domain|unauthorized|ebook edition|e-book edition|"
    "kindle edition|smashwords edition|translated by|translation copyright|text copyright|illustrations copyright|"
    "a division of|an imprint of|registered trademark"
)
