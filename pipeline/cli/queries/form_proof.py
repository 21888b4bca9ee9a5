"""check: whether the office's own form ([form] template) can be filled in, and what is
filled in is read back. Import this module late: its libraries take their time."""

from datetime import UTC, date, datetime
from typing import Final

from pipeline.model.form import Form
from pipeline.reading.files.read_file import read_file
from pipeline.settings import Settings
from pipeline.writing.docx import layout
from pipeline.writing.office_form import NoForm, fill, office_form

# Any figure that no form prints by itself
_FIGURE: Final = 1234
_ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)


def form_mistake(settings: Settings, unit: str, due: date) -> str:
    """What is wrong with it, in one sentence; "" where nothing is."""
    labels = settings.form.labels
    try:
        document = office_form(settings.sender, unit, due)
    except NoForm as trouble:
        if not trouble.missing:
            return "不是 Word 的 .docx 文件，请用 Word 或 WPS 另存为 .docx"
        names = "、".join(trouble.missing)
        return f"表上没有找到“{names}”的空格，请核对 [form.labels]，或在表上留出空格"
    if not fill(document, labels.completed, str(_FIGURE)):
        return (
            f"表上没有找到“{labels.completed[0]}”的空格，请核对 [form.labels]"
        )
    content = layout.saved(document, _ANY_TIME)
    forms: list[Form] = []
    for reading in read_file("表.docx", content, settings.form_spec):
        forms += reading.forms
    if len(forms) != 1:
        return f"填好以后读出了{len(forms)}张表，应是1张，请核对 [form.labels]"
    (form,) = forms
    figure = form.figure
    said = (form.unit_text, form.reported_on)
    if said != (unit, due) or _FIGURE not in (figure.completed, figure.added):
        return (
            f"填进去的是{unit}、{due}、{_FIGURE}，读出来的是{form.unit_text or '无'}、"
            f"{form.reported_on or '无'}、{figure.completed or figure.added or '无'}"
        )
    if figure.unexplained:
        return (
            f"表上印的“{figure.unexplained[0]}”会使每一份表待核；要是固定的填表说明，"
            "请照原文写进 [form] note"
        )
    return ""
