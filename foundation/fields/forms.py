"""What is every form built on: its words, its protection, and what it reads of a request?"""

from enum import Enum
from typing import Any, Final, Literal

from flask import has_request_context, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field, Form, ValidationError

from foundation.fields.danish import CSRF_MESSAGE, DanishTranslations

_DANISH: Final = DanishTranslations()


class _DanishCsrf(FlaskForm.Meta.csrf_class):  # type: ignore[misc]
    """Flask-WTF's own check, with its message in Danish."""

    def validate_csrf_token(self, form: Form, field: Field) -> None:
        try:
            super().validate_csrf_token(form, field)
        except ValidationError as error:
            raise ValidationError(CSRF_MESSAGE) from error


class _Sent(Enum):
    ANSWERS = "what the request holds"


class DanishForm(FlaskForm):  # type: ignore[misc]
    """The form that all forms are: Danish words, protected against forged requests.

    Reads what the request sent, form fields and files only: a body of another kind counts as nothing sent, so
    that it meets the messages about what is missing.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf_class = _DanishCsrf

        def get_translations(self, form: Form) -> DanishTranslations:  # noqa: ARG002 - WTForms' call
            return _DANISH

    def __init__(
        self, formdata: MultiDict[str, Any] | Literal[_Sent.ANSWERS] | None = _Sent.ANSWERS, **kwargs: Any
    ) -> None:
        answers = _sent_answers() if formdata is _Sent.ANSWERS else formdata
        super().__init__(formdata=answers, **kwargs)


class DanishPart(Form):
    """A form inside a form (FormField, FieldList). The form around it holds the protection."""

    class Meta(Form.Meta):  # type: ignore[misc]
        def get_translations(self, form: Form) -> DanishTranslations:  # noqa: ARG002 - WTForms' call
            return _DANISH


def _sent_answers() -> MultiDict[str, Any] | None:
    if not has_request_context() or request.method not in {"POST", "PUT", "PATCH", "DELETE"}:
        return None
    if request.files:
        sent: list[MultiDict[str, Any]] = [request.form, request.files]
        return CombinedMultiDict(sent)
    return request.form
