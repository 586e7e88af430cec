"""The OpenAPI document as a page for people shows it."""


def guide(document):
    return document
