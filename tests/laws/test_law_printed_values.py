"""What a template prints is what jinja2 prints by `finalize` and `autoescape`, one call a
value or two."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from pipeline.model.wording.campaign_words import PLAIN_WORDS
from pipeline.writing import templates
from pipeline.writing.template_sandbox import Sandbox

_LINES = st.text(max_size=40)
_VALUES = st.one_of(
    _LINES,
    _LINES.map(Markup),
    _LINES.map(templates._Block),
    st.none(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.lists(_LINES, max_size=3),
)
_SOURCE = """{% macro shown(text) %}<b>{{ text }}</b>{% endmacro %}
{{ it }}|{{ it|safe }}|{{ it ~ '<' }}|{{ shown(it) }}
{% set kept %}{{ it }}{% endset %}{{ kept }}
{% autoescape false %}{{ it }}{% endautoescape %}
{% autoescape true %}{{ it }}{% endautoescape %}
{% autoescape it is none %}{{ it }}{% endautoescape %}"""


def _ours(*, autoescape: bool) -> Sandbox:
    return templates._environment((), PLAIN_WORDS, autoescape=autoescape)


def _jinjas(ours: Sandbox) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        undefined=ours.undefined,
        autoescape=ours.autoescape,
        finalize=ours.finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _both(*, autoescape: bool) -> tuple[Template, Template]:
    """What prints the source: our sandbox, and jinja2's own."""
    ours = _ours(autoescape=autoescape)
    return ours.from_string(_SOURCE), _jinjas(ours).from_string(_SOURCE)


# To compile them takes longer than to render them
_COMPILED = {escaped: _both(autoescape=escaped) for escaped in (False, True)}


@given(autoescape=st.booleans(), it=_VALUES)
def test_a_value_is_printed_as_jinja2_prints_it(
    autoescape: bool, it: Any
) -> None:
    ours, jinjas = _COMPILED[autoescape]
    assert ours.render(it=it) == jinjas.render(it=it)
