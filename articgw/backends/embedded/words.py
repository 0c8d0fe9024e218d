"""The words people use, as tables: colours, places, sizes, what carries text, what has a shape."""

from __future__ import annotations

COLOURS = {
    "red": "red", "crimson": "red", "scarlet": "red", "maroon": "red", "reddish": "red",
    "orange": "orange", "amber": "orange",
    "yellow": "yellow", "gold": "yellow", "golden": "yellow", "yellowish": "yellow",
    "green": "green", "lime": "green", "olive": "green", "greenish": "green",
    "blue": "blue", "navy": "blue", "cyan": "blue", "turquoise": "blue", "teal": "blue",
    "azure": "blue", "bluish": "blue",
    "purple": "purple", "violet": "purple", "lilac": "purple", "indigo": "purple",
    "pink": "pink", "magenta": "pink", "rose": "pink",
    "brown": "brown", "tan": "brown", "beige": "brown", "wooden": "brown",
    "white": "white", "black": "black", "grey": "grey", "gray": "grey", "silver": "grey",
}  # fmt: skip

INK_NOUNS = {
    "text", "texts", "letter", "letters", "lettering", "writing", "word", "words", "font",
    "characters", "character", "print", "inscription", "number", "numbers", "digits", "digit",
    "caption", "message",
}  # fmt: skip

SIGN_NOUNS = {
    "sign", "signs", "signboard", "signage", "signpost", "plate", "plates", "plaque", "label",
    "labels", "tag", "tags", "board", "boards", "notice", "poster", "posters", "banner", "banners",
    "placard", "placards", "sticker", "stickers", "card", "cards", "screen", "display", "monitor",
    "billboard", "panel", "panels", "scoreboard", "nameplate", "ticket", "paper", "note", "page",
    "flyer", "flyers", "leaflet", "timetable", "caption", "captions", "subtitle", "title",
    "badge", "marker", "pricetag", "whiteboard",
    "blackboard", "menu", "logo", "heading", "headline", "lettering", "inscription", "writing",
    "text", "texts", "word", "words", "line", "lines", "number", "letters", "message", "stamp",
} | INK_NOUNS  # fmt: skip

SHAPES = {
    "ball": "circle", "balls": "circle", "circle": "circle", "circles": "circle", "dot": "circle",
    "dots": "circle", "disc": "circle", "discs": "circle", "disk": "circle", "disks": "circle",
    "balloon": "circle", "balloons": "circle", "sphere": "circle", "spheres": "circle",
    "coin": "circle", "coins": "circle", "button": "circle", "buttons": "circle",
    "marble": "circle", "marbles": "circle", "bead": "circle", "beads": "circle",
    "square": "square", "squares": "square", "cube": "square", "cubes": "square",
    "block": "square", "blocks": "square", "box": "square", "boxes": "square", "tile": "square",
    "tiles": "square", "brick": "square", "bricks": "square", "crate": "square",
    "crates": "square", "rectangle": "square", "rectangles": "square", "package": "square",
    "packages": "square", "parcel": "square", "parcels": "square", "container": "square",
    "containers": "square", "patch": "square", "patches": "square", "bar": "square",
    "bars": "square", "door": "square", "bin": "square", "bins": "square",
    "triangle": "triangle", "triangles": "triangle", "cone": "triangle", "cones": "triangle",
    "star": "star", "stars": "star",
    "ring": "ring", "rings": "ring", "hoop": "ring", "hoops": "ring", "donut": "ring",
    "donuts": "ring", "heart": "heart", "hearts": "heart", "diamond": "square",
    "diamonds": "square", "pyramid": "triangle", "pyramids": "triangle",
}  # fmt: skip

ANYTHING = {
    "object", "objects", "thing", "things", "shape", "shapes", "item", "items", "spot", "spots",
    "blob", "blobs", "piece", "pieces", "one", "ones", "something", "anything", "mark", "marks",
}  # fmt: skip

OBJECTS = {
    "person": "person", "persons": "person", "people": "person", "man": "person",
    "men": "person", "woman": "person", "women": "person", "child": "person",
    "children": "person", "boy": "person", "girl": "person", "kid": "person", "kids": "person",
    "pedestrian": "person", "pedestrians": "person", "human": "person", "humans": "person",
    "someone": "person", "somebody": "person", "anyone": "person", "anybody": "person",
    "individuals": "person", "individual": "person", "face": "person", "player": "person",
    "players": "person", "guy": "person", "lady": "person", "boys": "person", "girls": "person",
    "bicycle": "bicycle", "bike": "bicycle", "bikes": "bicycle", "car": "car", "sedan": "car",
    "automobile": "car", "vehicle": "car", "vehicles": "car", "taxi": "car", "van": "car",
    "motorcycle": "motorcycle", "motorbike": "motorcycle", "airplane": "airplane",
    "aeroplane": "airplane", "plane": "airplane", "planes": "airplane", "aircraft": "airplane",
    "bus": "bus", "train": "train", "truck": "truck", "lorry": "truck", "lorries": "truck",
    "boat": "boat", "ship": "boat", "hydrant": "fire hydrant", "bench": "bench", "bird": "bird",
    "cat": "cat", "kitten": "cat", "dog": "dog", "puppy": "dog", "horse": "horse",
    "sheep": "sheep", "cow": "cow", "elephant": "elephant", "bear": "bear", "zebra": "zebra",
    "giraffe": "giraffe", "backpack": "backpack", "rucksack": "backpack", "umbrella": "umbrella",
    "handbag": "handbag", "tie": "tie", "suitcase": "suitcase", "luggage": "suitcase",
    "frisbee": "frisbee", "skis": "skis", "snowboard": "snowboard", "kite": "kite",
    "skateboard": "skateboard", "surfboard": "surfboard", "bottle": "bottle",
    "wineglass": "wine glass", "cup": "cup", "mug": "cup", "fork": "fork", "knife": "knife",
    "knives": "knife", "spoon": "spoon", "bowl": "bowl", "banana": "banana", "apple": "apple",
    "sandwich": "sandwich", "broccoli": "broccoli", "carrot": "carrot", "pizza": "pizza",
    "donut": "donut", "doughnut": "donut", "cake": "cake", "chair": "chair", "couch": "couch",
    "sofa": "couch", "plant": "potted plant", "bed": "bed", "table": "dining table",
    "toilet": "toilet", "tv": "tv", "television": "tv", "laptop": "laptop", "mouse": "mouse",
    "remote": "remote", "keyboard": "keyboard", "phone": "cell phone", "smartphone": "cell phone",
    "microwave": "microwave", "oven": "oven", "toaster": "toaster", "sink": "sink",
    "refrigerator": "refrigerator", "fridge": "refrigerator", "book": "book", "clock": "clock",
    "vase": "vase", "scissors": "scissors", "teddy": "teddy bear", "toothbrush": "toothbrush",
    "parasol": "umbrella", "animal": "animal", "animals": "animal",
}  # fmt: skip
OBJECTS |= {
    f"{word}{'es' if word.endswith(('s', 'ch', 'sh')) else 's'}": label
    for word, label in list(OBJECTS.items())
    if not word.endswith("s") or word in ("bus",)
}

ANIMALS = {
    "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe",
}  # fmt: skip

SMALL = {"small", "smaller", "little", "tiny", "mini"}
LARGE = {"large", "larger", "big", "bigger", "huge", "tall", "main"}
SMALLEST = {"smallest", "tiniest", "littlest"}
LARGEST = {"largest", "biggest", "hugest", "tallest"}

PLACES = {
    "left": "left", "leftmost": "left", "left-most": "left", "left-hand": "left",
    "lefthand": "left",
    "right": "right", "rightmost": "right", "right-most": "right", "right-hand": "right",
    "righthand": "right",
    "top": "top", "upper": "top", "topmost": "top", "uppermost": "top", "highest": "top",
    "bottom": "bottom", "lower": "bottom", "bottommost": "bottom", "lowest": "bottom",
    "lowermost": "bottom",
    "middle": "middle", "center": "middle", "centre": "middle", "central": "middle",
    "centered": "middle", "centred": "middle", "midmost": "middle",
}  # fmt: skip

FAR = {
    "leftmost", "left-most", "rightmost", "right-most", "topmost", "uppermost", "bottommost",
    "lowermost", "highest", "lowest",
}  # fmt: skip

ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "fifth": 5, "5th": 5, "last": -1,
}  # fmt: skip

DULL = set(
    """a an the this that these those it its is are was were be been being am do does did done has
    have had of in on at to from by for with and or but as into onto over you your me my i we us our
    what which who whose whom where when how why there here please tell show shows shown showing
    display displays displayed displaying visible see seen seeing look looks looking say says said
    saying state states stated read reads reading write writes written writing print prints printed
    printing appear appears appearing give gives given can could would will should may might must
    exactly just only also any some all each every both many much more most one ones find found
    picture image frame photo scene video camera view screen shot background foreground side part
    area corner half hand whole entire full now currently right left get got name called kind type
    sort actual label labelled labeled contain contains containing let know about out up down off if
    not no yes next near beside placed located positioned hanging attached mounted standing held
    sign's text's s t m re what's whats where's that's""".split()
)
