"""What is every form built on: its words, its protection, and what it reads of a request?"""

from enum import Enum
from typing import Any, Final, Literal, cast

from flask import has_request_context, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field, Form, ValidationError
from wtforms.widgets import HiddenInput, ListWidget

from foundation.fields.answers import unread_question
from foundation.fields.danish import CSRF_MESSAGE, DanishTranslations
from foundation.fields.rows import RowsField

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


class _Told:
    """What must be mended in a form."""

    @property
    def faults(self) -> list[tuple[str, str]]:
        """(id of the control, text) of each field that must be mended, in order; "" for one that nobody sees."""
        return [fault for field in cast(Form, self) for fault in _faults_of(field)]


class DanishForm(_Told, FlaskForm):  # type: ignore[misc]
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


def _faults_of(field: Field) -> list[tuple[str, str]]:
    if isinstance(field, RowsField):
        return field.faults
    if not field.errors:
        return []
    text = " ".join(field.errors)
    if isinstance(field.widget, HiddenInput):
        return [("", text)]
    anchor = f"{field.id}-0" if isinstance(field.widget, ListWidget) else field.id
    return [(anchor, f"{asked} {text}" if (asked := unread_question(field)) else text)]


class DanishPart(_Told, Form):
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
