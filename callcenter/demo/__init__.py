"""The demo: two invented practices and thirty days of their life, lived through the code the product itself runs.

`people` and `campaigns` say who and what, `emr` plays the practice's EMR, `exports` writes its files, `odds` knows how
people answer the phone, `life` lets the days pass, `load` puts it together. Nothing here is imported by the product.
"""
