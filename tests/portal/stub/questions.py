"""The final test of the stub."""

from __future__ import annotations

from typing import Any

from tests.portal.stub.courses import MODULES
from tests.portal.stub.parts import names

REQUIRED = [one["id"] for module in MODULES for one in module["resources"] if one["required"]]
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "q1",
        "kind": "single",
        "text": names("What comes first?", "सबसे पहले क्या आता है?"),
        "points": 1,
        "options": [
            {"id": "o1", "text": names("The need", "आवश्यकता")},
            {"id": "o2", "text": names("The order", "आदेश")},
        ],
    },
    {
        "id": "q2",
        "kind": "multiple",
        "text": names("Which are open ways to buy?", "खरीद के खुले तरीके कौन-से हैं?"),
        "points": 1,
        "options": [
            {"id": "o1", "text": names("Open tender", "खुली निविदा")},
            {"id": "o2", "text": names("GeM", "जेम")},
            {"id": "o3", "text": names("A gift", "उपहार")},
        ],
    },
    {"id": "q3", "kind": "fill_in", "text": names("What does GeM sell to?", "जेम किसे बेचता है?"), "points": 1},
    {
        "id": "q4",
        "kind": "match",
        "text": names("Who does what?", "कौन क्या करता है?"),
        "points": 1,
        "left": [
            {"id": "l1", "text": names("Buyer", "खरीदार")},
            {"id": "l2", "text": names("Seller", "विक्रेता")},
        ],
        "right": [
            {"id": "r1", "text": names("Offers", "प्रस्ताव देता है")},
            {"id": "r2", "text": names("Asks", "माँगता है")},
        ],
    },
]
RIGHT: dict[str, Any] = {"q1": "o1", "q2": ["o1", "o2"], "q3": "government", "q4": {"l1": "r2", "l2": "r1"}}
QR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4" width="120" height="120">'
    '<path d="M0 0h2v2H0zM3 3h1v1H3z"/></svg>'
)
