"""The states and territories, their time zones, and the area codes of each.

Written down once from the ZIP list and from what phonenumbers' geocoder says of each area code. The geocoder itself is
not asked at run time, because its data take 100 MB of memory in every process. An area code that is missing here (a
new one) has no state, and a number without a state is held to the strictest hours.
"""

from functools import cache
from typing import NamedTuple

EASTERN = "America/New_York"
CENTRAL = "America/Chicago"
MOUNTAIN = "America/Denver"
ARIZONA = "America/Phoenix"
PACIFIC = "America/Los_Angeles"
ALASKA = "America/Anchorage"
ADAK = "America/Adak"
HAWAII = "Pacific/Honolulu"
ATLANTIC = "America/Puerto_Rico"
GUAM = "Pacific/Guam"
SAMOA = "Pacific/Pago_Pago"


class State(NamedTuple):
    """`zones` are those somebody there may live in; `area_codes` stand apart by blanks."""

    name: str
    zones: tuple[str, ...]
    area_codes: str


# Nevada: West Wendover lies in Mountain time.
STATES = {
    "AK": State("Alaska", (ALASKA, ADAK), "907"),
    "AL": State("Alabama", (CENTRAL,), "205 251 256 334 659 938"),
    "AR": State("Arkansas", (CENTRAL,), "327 479 501 870"),
    "AS": State("American Samoa", (SAMOA,), "684"),
    "AZ": State("Arizona", (ARIZONA, MOUNTAIN), "480 520 602 623 928"),
    "CA": State("California", (PACIFIC,),
        "209 213 279 310 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 738 747 760 "
        "805 818 820 831 840 858 909 916 925 949 951"),
    "CO": State("Colorado", (MOUNTAIN,), "303 719 720 748 970 983"),
    "CT": State("Connecticut", (EASTERN,), "203 475 860 959"),
    "DC": State("District of Columbia", (EASTERN,), "202 771"),
    "DE": State("Delaware", (EASTERN,), "302"),
    "FL": State("Florida", (CENTRAL, EASTERN),
        "239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954"),
    "GA": State("Georgia", (EASTERN,), "229 404 470 478 678 706 762 770 912 943"),
    "GU": State("Guam", (GUAM,), "671"),
    "HI": State("Hawaii", (HAWAII,), "808"),
    "IA": State("Iowa", (CENTRAL,), "319 515 563 641 712"),
    "ID": State("Idaho", (MOUNTAIN, PACIFIC), "208 986"),
    "IL": State("Illinois", (CENTRAL,), "217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 872"),
    "IN": State("Indiana", (CENTRAL, EASTERN), "219 260 317 463 574 765 812 930"),
    "KS": State("Kansas", (CENTRAL, MOUNTAIN), "316 620 785 913"),
    "KY": State("Kentucky", (CENTRAL, EASTERN), "270 364 502 606 859"),
    "LA": State("Louisiana", (CENTRAL,), "225 318 337 504 985"),
    "MA": State("Massachusetts", (EASTERN,), "339 351 413 508 617 774 781 857 978"),
    "MD": State("Maryland", (EASTERN,), "227 240 301 410 443 667"),
    "ME": State("Maine", (EASTERN,), "207"),
    "MI": State("Michigan", (CENTRAL, EASTERN), "231 248 269 313 517 586 616 734 810 906 947 989"),
    "MN": State("Minnesota", (CENTRAL,), "218 320 507 612 651 763 952"),
    "MO": State("Missouri", (CENTRAL,), "235 314 417 557 573 636 660 816 975"),
    "MP": State("Northern Mariana Islands", (GUAM,), "670"),
    "MS": State("Mississippi", (CENTRAL,), "228 601 662 769"),
    "MT": State("Montana", (MOUNTAIN,), "406"),
    "NC": State("North Carolina", (EASTERN,), "252 336 472 704 743 828 910 919 980 984"),
    "ND": State("North Dakota", (CENTRAL, MOUNTAIN), "701"),
    "NE": State("Nebraska", (CENTRAL, MOUNTAIN), "308 402 531"),
    "NH": State("New Hampshire", (EASTERN,), "603"),
    "NJ": State("New Jersey", (EASTERN,), "201 551 609 640 732 848 856 862 908 973"),
    "NM": State("New Mexico", (MOUNTAIN,), "505 575"),
    "NV": State("Nevada", (MOUNTAIN, PACIFIC), "702 725 775"),
    "NY": State("New York", (EASTERN,), "212 315 329 332 347 363 516 518 585 607 631 646 680 716 718 838 845 914 917 929 934"),
    "OH": State("Ohio", (EASTERN,), "216 220 234 283 326 330 380 419 440 513 567 614 740 937"),
    "OK": State("Oklahoma", (CENTRAL,), "405 539 572 580 918"),
    "OR": State("Oregon", (MOUNTAIN, PACIFIC), "458 503 541 971"),
    "PA": State("Pennsylvania", (EASTERN,), "215 223 267 272 412 445 484 570 582 610 717 724 814 835 878"),
    "PR": State("Puerto Rico", (ATLANTIC,), "787 939"),
    "RI": State("Rhode Island", (EASTERN,), "401"),
    "SC": State("South Carolina", (EASTERN,), "803 821 839 843 854 864"),
    "SD": State("South Dakota", (CENTRAL, MOUNTAIN), "605"),
    "TN": State("Tennessee", (CENTRAL, EASTERN), "423 615 629 731 865 901 931"),
    "TX": State("Texas", (CENTRAL, MOUNTAIN),
        "210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 737 806 817 830 832 903 915 936 940 945 956 972 979"),
    "UT": State("Utah", (MOUNTAIN,), "385 435 801"),
    "VA": State("Virginia", (EASTERN,), "276 434 540 571 686 703 757 804 826 948"),
    "VI": State("U.S. Virgin Islands", (ATLANTIC,), "340"),
    "VT": State("Vermont", (EASTERN,), "802"),
    "WA": State("Washington", (PACIFIC,), "206 253 360 425 509 564"),
    "WI": State("Wisconsin", (CENTRAL,), "262 274 353 414 534 608 715 920"),
    "WV": State("West Virginia", (EASTERN,), "304 681"),
    "WY": State("Wyoming", (MOUNTAIN,), "307"),
}  # fmt: skip

# Where an area code reaches into another zone of its state than phonenumbers knows of.
FURTHER_ZONES = {
    CENTRAL: "219 270 364 448 574 606 765 812 850 865 906 915 930",
    MOUNTAIN: "308 402 458 531 541 620 785 928",
    EASTERN: "423 689 931",
}


def state_of(area_code):
    """The state of an area code, as in "NY" for "212"; empty when it belongs to none."""
    return _by_area_code().get(area_code, "")


def further_zones(area_code):
    """Zones of an area code beside those that phonenumbers names."""
    return tuple(zone for zone, codes in FURTHER_ZONES.items() if area_code in codes.split())


@cache
def _by_area_code():
    return {code: state for state, row in STATES.items() for code in row.area_codes.split()}
