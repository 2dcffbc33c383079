#!/usr/bin/env python3
"""Templates of our own, rendered by Python's jinja2 in transformers' environment: make_cases.py > cases.jsonl

Needs PyPI jinja2 and transformers; the tests need only cases.jsonl. The first line holds the variables, each further line a template
with its text, or with the type and message of its error.
"""
import json

from transformers.utils import chat_template_utils

VARIABLES = {
    "s": 'Hello, Wörld  <b>&"x"</b>\n', "e": "", "n": 3, "z": 0, "neg": -7, "f": 2.5, "g": 1e20, "big": 1e-07, "t": True, "no": None,
    "l": [3, 1, 2, 1], "ls": ["b", "A", "c", "a"], "el": [], "d": {"a": 1, "b": "two", "items": [1, 2], "z": None}, "ed": {},
    "msgs": [{"role": "user", "content": "Hi", "n": 2}, {"role": "assistant", "content": None, "n": 1},
             {"role": "user", "content": "bye <think>x</think>y", "n": 2}],
    "nest": [[1, [2, 3]], ["x", {"k": [None, True, 1.5]}]], "u": "日本語 ÀÉß ǆ", "ws": "  \t a b  c \n\n d ", "num": "42",
}

# Separated by lines of three hyphens.
STATEMENTS = r'''
{% for x in l %}{{ loop.index }}/{{ loop.length }}:{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}
---
{% for x in l if x != 1 %}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ x }};{% else %}none{% endfor %}
---
{% for x in [] %}x{% else %}empty{% endfor %}
---
{% for x in l %}{% if x == 2 %}{% break %}{% endif %}{% if x == 3 %}{% continue %}{% endif %}{{ x }}{% else %}E{% endfor %}
---
{% for x in [1] %}{% continue %}{% else %}E{% endfor %}
---
{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}
---
{% for (a, b), c in [((1, 2), 3), ((4, 5), 6)] %}{{ a }}{{ b }}{{ c }}{% endfor %}
---
{% for a, b in [(1, 2, 3)] %}{{ a }}{% endfor %}
---
{% for a, b in [(1,)] %}{{ a }}{% endfor %}
---
{% for a, b in [1] %}{{ a }}{% endfor %}
---
{% for x in l %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }}|{% endfor %}
---
{% for x in [1,1,2] %}{{ loop.changed(x) }}{{ loop.cycle('a','b') }}{% endfor %}
---
{% for x in [[1,[2,[3]]],4] recursive %}{% if x is iterable %}({{ loop(x) }}){% else %}{{ x }}@{{ loop.depth }}{{ loop.depth0 }}{% endif %}{% endfor %}
---
{% set x = 1 %}{% for i in l %}{% set x = x + i %}{{ x }}{% endfor %}={{ x }}
---
{% set ns = namespace(x=1, y='a') %}{% for i in l %}{% set ns.x = ns.x + i %}{% endfor %}={{ ns.x }}{{ ns.y }}{{ ns.z }}{{ ns }}
---
{% set ns.q = 1 %}
---
{% set d.q = 1 %}
---
{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a + ns.b }}{{ ns['a'] }}
---
{% set ns = namespace(_a=1) %}
---
{% if n > 2 %}{% set q = 'in' %}{% endif %}{{ q }}
---
{% if false %}{% set q = 'in' %}{% endif %}[{{ q }}]
---
{% macro m(a, b=2, c=a) %}{{ a }}-{{ b }}-{{ c }}{% endmacro %}{{ m(1) }}|{{ m(1, c=3) }}|{{ m(b=5, a=4) }}|{{ m() }}
---
{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, k=4) }}{{ m() }}
---
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}
---
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, b=2) }}
---
{% macro m(a) %}[{{ caller(a) }}]{{ caller('z') }}{% endmacro %}{% call(x) m('q') %}<{{ x }}>{% endcall %}
---
{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}
---
{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}
---
{% macro outer() %}{% macro inner(v) %}({{ v }}){% endmacro %}{{ inner(n) }}{{ inner(z) }}{% endmacro %}{{ outer() }}
---
{% macro f(k) %}{% if k > 0 %}{{ k }}{{ f(k - 1) }}{% endif %}{% endmacro %}{{ f(4) }}
---
{{ m }}{% macro m() %}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m }}
---
{% set body %}  a {{ n }} b
{% endset %}[{{ body }}]
---
{% set body | upper | trim %}  abc {% endset %}[{{ body }}]
---
{% set a, b = 1, 'x' %}{{ b }}{{ a }}
---
{% set a = 1, 2 %}{{ a }}
---
{% filter upper | replace('A', '4') %}banana {{ n }}{% endfilter %}
---
{% with a = 1, b = n %}{{ a }}{{ b }}{% set n = 9 %}{{ n }}{% endwith %}{{ n }}{{ a }}
---
{% generation %}x{% set q = 1 %}{{ q }}{% endgeneration %}[{{ q }}]
---
{% print n, s %}
---
{% raw %}{{ x }} {% if %}{% endraw %} {%- raw -%}  a  {%- endraw -%}  b
---
a {# comment #} b {#- strip -#} c
{# line #}
d
---
  {% if true %}
    x
  {% endif %}
y
---
  {%+ if true %}
    x
  {%- endif +%}
y
---
{%- if true -%}
  x
{%- endif -%}
y
---
x {{- n -}} y {{ n }}
 z
---
{% if n %}a{% elif z %}b{% else %}c{% endif %}{% if z %}a{% elif n %}b{% else %}c{% endif %}{% if z %}a{% elif e %}b{% else %}c{% endif %}
---
{{ 'a' if n }}{{ 'a' if z }}{{ 'a' if z else 'b' if e else 'c' }}
---
{{ ('a' if z) + 'x' }}
---
{{ 1 < 2 < 3 }}{{ 1 < 3 < 2 }}{{ 1 == 1.0 }}{{ true == 1 }}{{ 'a' in 'abc' }}{{ 1 in [1] }}{{ 'q' not in d }}
---
{{ 2 ** 3 ** 2 }}{{ -2 ** 2 }}{{ 7 // 2 }}{{ -7 // 2 }}{{ -7 % 3 }}{{ 7 / 2 }}{{ 2 ** -1 }}{{ 1e16 }}{{ 1e-5 }}{{ 100000000000000000.0 }}
---
{{ {'a': [1, 'x', None, True, 1.0, "it's", 'q"', "b\\\n"]} }}{{ (1,) }}{{ () }}{{ [] }}{{ {} }}
---
{{ d.missing }}{{ d.missing.more }}
---
{{ missing.more }}
---
{{ missing + 1 }}
---
{{ missing() }}
---
{{ n() }}
---
{{ s.nope() }}
---
{{ l.append(1) }}
---
{{ d.update({}) }}{{ 1 }}
---
{{ l.append }}|{{ d.pop is defined }}
---
{{ none.x }}
---
{{ l[5] }}{{ l[-1] }}{{ l['a'] }}{{ s[0] }}{{ l[5].x }}
---
{{ raise_exception('stop ' ~ n) }}
---
{{ strftime_now('%d %b %Y') }}
---
{{ undef|default('d') }}{{ none|default('d') }}{{ none|default('d', true) }}{{ e|d('x') }}{{ e|d('x', boolean=true) }}
---
{{ n is divisibleby 3 }}{{ n is odd }}{{ n is not even }}{{ s is string and n is number }}{{ undef is defined }}{{ n is eq 3 }}{{ n is in [3] }}{{ 'x' is sameas 'x' }}{{ 'upper' is filter }}{{ 'odd' is test }}
---
{{ msgs|selectattr('role', 'equalto', 'user')|map(attribute='content')|join('|') }}
---
{{ msgs|map(attribute='n')|sum }}{{ msgs|groupby('n') }}{% for g in msgs|groupby('n') %}{{ g.grouper }}:{{ g.list|length }} {% endfor %}
---
{{ msgs|tojson }}
{{ msgs[0]|tojson(indent=2) }}
{{ {'b': 1, 'a': 'é<>&\u2028"'}|tojson(sort_keys=true, ensure_ascii=true) }}
---
{{ msgs|map(attribute='n')|tojson }}
---
{{ undef|tojson }}
---
{{ x|nofilter }}
---
{% if false %}{{ x|nofilter }}{% endif %}ok
---
{% if true %}{{ x|nofilter }}{% endif %}ok
---
{{ x is notest }}
---
{{ (x|nofilter) if false else 'ok' }}
---
{% for i in [1] %}{% if false %}{% for j in [] %}{{ j|nofilter }}{% endfor %}{% endif %}{% endfor %}
---
{% unknown %}
---
{% if x %}
---
{% endif %}
---
{% for x in y %}{% endif %}
---
{{ 1 +
---
{{ 1 ! 2 }}
---
{{ (1] }}
---
{{ 'unterminated }}
---
{# unterminated
---
{% raw %} unterminated
---
{% set loop = 1 %}{{ loop }}
---
{{ f(a=1, 2) }}
---
{{ dict(a=1, **{'b': 2}) }}{{ range(*[1, 7, 2])|list }}
---
{{ 'a' 'b' "c" }}{{ "\x41\u00e9\n\t\\\'\q" }}
---
{{ range(3) }}{{ range(5)[1:3] }}{{ range(3)|list }}{{ range(3) is sequence }}{{ d.keys() }}{{ d.values() }}{{ d.items() }}
---
{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.next() }}{% set j = joiner('; ') %}{{ j() }}{{ j() }}{{ j() }}
---
{{ loop }}|{% for x in [1,2] %}{{ loop }}{% endfor %}
---
{% for m in msgs[::-1] %}{% set i = (msgs|length - 1) - loop.index0 %}{{ i }}{{ m.role }}{% endfor %}
---
{% for m in msgs[1:] %}{{ m['content'] or 'none' }}{% endfor %}{{ msgs[-1]['content'].split('</think>')[-1].lstrip('\n') }}
---
{{ '%s is %d and %5.1f%%' % ('x', 3, 2.55) }}{{ '{0} {b!r:>6}'.format(1, b='q') }}{{ 'a%sb' % 'x' }}{{ '%(k)s' % {'k': 1} }}
---
{{ s|trim|upper }}{{ s|length }}{{ u|upper }}{{ u|length }}{{ u[1] }}{{ u[::-1] }}
---
{{ [3,1,2]|sort }}{{ ['b','A']|sort }}{{ ['b','A']|sort(case_sensitive=true) }}{{ [1,'a']|sort }}
---
{{ 2.5|round }}{{ 3.5|round }}{{ 2.675|round(2) }}{{ 1234|round(-2) }}{{ 2.1|round(method='ceil') }}{{ 42|round }}
---
{{ '12abc'|int }}{{ '0x1A'|int(base=16) }}{{ '3.7'|int }}{{ 'x'|int(-1) }}{{ '1e3'|float }}{{ 'x'|float }}{{ none|int }}{{ [1]|int(5) }}
---
{% include 'x' %}
---
{% block b %}{{ n }}{% endblock %}
---
{%if n%}x{%endif%}{{n}}{{-n-}}
---
{{ n.real }}{{ f.is_integer() }}{{ 5 .bit_length() }}
---
{{ true and 'x' or 'y' }}{{ not n == 3 }}{{ not not e }}{{ z or none or [] }}
---
{{ {'a': 1}.a }}{{ {'a': 1}['a'] }}{{ {1: 2}[1] }}{{ {true: 'x'}[1] }}{{ {'get': 5}.get('get') }}{{ {'items': 5}['items'] }}
---
{{ [1, 2] + [3] }}{{ (1,) + (2,) }}{{ [0] * 3 }}{{ 'ab' * 2 }}{{ [1] + (2,) }}
---
{{ 1 + 'a' }}
---
{{ 'a' + 1 }}
---
{{ 'a' < 1 }}
---
{{ 1 / 0 }}
---
{{ none|length }}
---
{{ none + 'x' }}
---
{{ 'x' in none }}
---
{{ 1 in 'x' }}
---
{{ [1] in {} }}
---
{% for x in none %}{% endfor %}
---
{% for x in 5 %}{% endfor %}
---
{% for x in undef %}{% endfor %}ok
---
{% for c in 'héy' %}{{ c }}.{% endfor %}{% for k in d %}{{ k }}{% endfor %}
---
{{ d|items|list }}{{ undef|items|list }}{{ n|items|list }}
---
{{ ('a', 'b')|join('-') }}{{ [1, none, 'x']|join(',') }}{{ msgs|join(', ', attribute='n') }}
---
{{ 'a\nb\n\nc'|indent }}|{{ 'a\nb'|indent(2, first=true) }}|{{ 'a\n\nb'|indent(width='>', blank=true) }}
---
{% call(a, b='B') (none) %}{% endcall %}
---
{% macro m() -%}
  line one
  {% if n %}
  yes
  {% endif %}
{%- endmacro %}[{{ m() }}]
'''

EXPRESSIONS = r'''
big.isupper()
((-'a') % n.replace("l","L",1))
(g != 1.5)
{-1: ws}
(-true)
(+())
(not (n ~ 0.1))
('b'|indent)
(undef ~ msgs)
(+u)
((0x1f * 1) is ne(2))
(undef)[msgs:2:-1]
(dict(neg) != (not f))
('%g' % f)
namespace(x=(undef).isalpha()).x
((ed|replace("a","bb"))|title)
(ls <= 0.1)
[f, ' ']
(+(g|groupby("n")|list))
(false // e)
range(ls)|list
(g ~ msgs)
(z|map("string")|join)
(-msgs[f])
((d / neg) if (g or t) else z[1e3])
((not 'ab c')|map("tojson")|join("|"))
((el).a == ('b' is not callable))
(nest and ed)
(n <= neg)
[d, ls]
no[s]
undef[:2:-1]
(undef|map(attribute="zz",default="D")|list)
nest[(10 or t)]
u.replace("","-")
(not el[10:2:])
(msgs ~ e)
(+z)
(-n)
(dict(a=z) ~ dict(a='b'))
(ls.rsplit("l",1) is integer)
(1_000 is not mapping)
([msgs, el]).find("l")
(neg / d)
(s).rfind("l")
(+'a,b,c')
n[-2:-1:-2]
(undef)[0:10:-2]
((-n)).strip()
range(([] and undef))|list
(namespace(x=u).x|map("length")|list)
(ed is not true)
((-1 and undef)).split(",")
el[2:-2:-1]
(f[10:]|slice(2)|list)
dict(ls)
(-(true // {}))
((neg or nest)|unique|list)
num.a
((() is callable)|round(1,'floor'))
(z is not gt(1))
range((undef|map(attribute="role")|list),(ls|sort(attribute="n")))|list
(('%s-%s' != e)|select("string")|list)
(' ', n)
((num).index("zz") or ({} or big))
(0|int)
((z|map("tojson")|join("|")))[(e or 0)]
(nest if false else f)
(s if num else ls)
msgs[-2::-1]
(t|urlencode)
(true != u)
(range(num,'ab c')|list).get("q","dflt")
(neg is defined)
(-undef.split())
namespace(x=el).x
((0 - t)|int(5))
('%r' % (ws + 10))
range((big * g))|list
el[(ls)[d]]
(namespace(x='l').x|urlencode)
(l or t)
(f if s else 1)
(1e3|list|length)
((msgs).content).values()|list
((num or e))[undef.rjust(9)]
((not t)).lower()
(not f)
(dict('o')).__class__
namespace(x='a').x
((num is not boolean) or (none ~ msgs))
u.split()
(+('l' != u))
(('%s-%s'|forceescape))[n:1:]
(e|count)
(range('a,b,c')|list == (f|striptags))
((u|rejectattr("n","gt",1)|list) - (true|batch(3,"x")|list))
(l|map("int")|sum)
d.find("l",-3,-1)
(u is not mapping)
((neg * {'a':1})).encode()
(not s)
(-num)
(+ed)
num[neg]
{n: 1.5}
((undef if 1e3 else l) and ('a' if g else d))
(none|select|list)
(10 if g else '{} {}')
ws.strip("Hx ")
(big or g)
(el, msgs)
g[-1:-2:]
(not no)
t[-10:-10:-1]
namespace(x=(+big)).x
('ab c' is not callable)
(('{} {}' // [])).content
(z is boolean)
{(big - no): ('l'|int(0,16))}
(+-1)
((no).index(1))[-1:-1:2]
ls.get("q","dflt")
big.items
u.expandtabs(4)
((big is not mapping) if (1_000)[-2:-2:-2] else (1_000 < f))
('' or e)
ws[10:10:-1]
((n in 10))[1:-10:2]
u[:10:]
{num: msgs}
(d or nest)
no[0:10:]
((none % 1) // (e / 0.1))
('ab c'|indent(2,true))
d[-10:10:10]
neg.replace("l","L")
((undef).keys() is not lower)
((+z)|filesizeformat)
([]).get("q","dflt")
d[1:0:-2]
big[-1:2:2]
(-'{} {}')
{'k': {'k': false, 'j': n}, 'j': (nest)["x\ny"]}
neg.split(none,2)
f.count("l")
no[2]
(('b' != g))[msgs:10:2]
(not nest.join(ls))
((msgs != neg) if (['a','b'] if d else {'a':1}) else ({} ~ el))
('ab c' is sequence)
(-(nest > num))
no[:2:-2]
(undef is not odd)
big[-2:0:-2]
((ls or t)|min)
((f / f)|tojson(indent=2))
((n ~ ws)).casefold()
('a'|default('x',true))
((ed is not eq(1)) and (neg).replace("l","L",1))
((not 'l') is even)
l.content
(msgs * undef)
big.ljust(8,"*")
[s, n]
({'a':1}).get("q","dflt")
((t * f)|tojson(indent=2))
e[s.find("l")]
({'a':1} or big)
f.encode()
dict((el).strip())
(g|max)
z.join(["p","q"])
(nest if 'b' else (1,2))
((el or ls)|indent)
(2 ~ ' ')
num[(' ' / [])]
nest[range(n)|list]
((s ~ s)|select("string")|list)
(num|dictsort(by="value"))
(+('%s-%s'|title))
z[-10::-2]
(s not in t)
(e.bit_length() is escaped)
((not d)).rsplit(None,1)
(big).format(1,"b")
(+(neg != u))
(z|map("upper")|list)
{'k': z, 'j': 0x1f}
ed[dict('a,b,c')]
u.rpartition("l")
('l' if 3 else no)
(no is sameas(none))
(u|indent(2,true))
{(s % num): (false).title()}
('%-5s|' % g)
num.upper()
e.find("l")
u.isspace()
((1,2), u)
(true|dictsort(by="value"))
(1e3, el)
((g < n) if (ws - z) else (f ~ no))
num.split(" ",1)
(not {'k': d, 'j': s})
(not range('o')|list)
(no + e)
((g).isalpha()|sum)
l[s:0:-2]
nest.isspace()
(num.isdigit() >= (not '{} {}'))
(no if {} else true)
('%05d' % (not u))
(ls // '%s-%s')
((ws).items * (3|round))
num.removeprefix("He")
(not false)
((10|tojson(sort_keys=true))|tojson(sort_keys=true))
((l is not mapping)).bit_length()
'{:*<7}'.format(f)
(z|xyzzy)
(ls % no)
((d * el) != (3 * e))
el.__class__
(+undef)
neg.update({})
(ws.zz is escaped)
namespace(x=('l' or 'ab c')).x
(['a','b'] or undef)
msgs.bit_length()
(u.rsplit("l",1) if [msgs, el] else (d or -1))
el.join(["p","q"])
(ls / u)
(-ls)
'{:x}'.format('a')
(([] not in t)|trim)
((0.1 is eq(1)) > (t or big))
(not (ls, nest))
(+(not 'o'))
(e|indent(2,true))
(big + big)
neg[(0|string)]
((true is ne(2)), (n|max(attribute="n")))
(('%s-%s' is not eq(1)) or ('o').count("l"))
(el // big)
(n.removeprefix("He")|count)
(undef ~ z)
(e ~ ['a','b'])
{'k': (nest and '{} {}'), 'j': namespace(x=u).x}
(neg|indent(2,true))
range([1,2,3])|list
range(z)|list
(not (nest + num))
((not u))[0:10:2]
((msgs)[-2:10:]|escape)
(not 'a')
range(ws,d)|list
(none|reverse)
((()|int)|upper)
(s)[t]
f[-10:-1:]
{dict(a=()): (ls).zfill(8)}
(el * big)
dict(a=no)
(not 10)
((not neg))[-1:-1:-1]
((el)[ed] - (d).removeprefix("He"))
(g.swapcase() in {'k': l, 'j': num})
(nest != nest)
(big is integer)
[nest, s]
(1e3 is not number)
(0.1 + ws)
(num if 0.1 else ed)
((ed).role if g[2:-1:] else (z if e else ['a','b']))
(ws if f else 3)
(undef|max)
g[num.swapcase()]
(neg.zfill(8)|round(1,'floor'))
((1,2)|truncate(6,true))
{'k': (nest|int), 'j': (nest|indent(2,true))}
(()).capitalize()
(-(el|rejectattr("n","gt",1)|list))
(g if () else 10)
((g == ls) and (1_000|reverse|list))
el[0::-1]
((neg is not lt(2))|string)
(u + s)
[(l if 0x1f else big), {0.1: num}]
(' ' is not odd)
(-(1e3 * ls))
{'k': (l|join(', ')), 'j': (not 'o')}
(+(-1 // 2))
(+big)
ws[1::]
t[10:1]
big[(l not in neg)]
(undef|reject|list)
(ws + ())
(not true)
(s ~ 'l')
(msgs ~ {'a':1})
((l + d)).isupper()
((not '')).index("zz")
(z)[10]
((f|sort))[0:-2:]
'{:^9}'.format((u * big))
'{:g}'.format((-undef))
(ls.real|sort(attribute="n"))
((-s) if ((1,) * [1,2,3]) else (undef >= g))
ls[['a','b']]
(namespace(x=true).x is not sequence)
(no ~ "x\ny")
(not -1)
(u|default(7))
([])['l']
(l[-2:1:-1]|join(', '))
((big > 'ab c')|string)
((true|reverse) is not in([1,2]))
((l|select("defined")|list) % (num * ws))
(not ws)
(t ~ u)
(big|tojson(ensure_ascii=true))
(d)[1e3]
((nest < no)|capitalize)
((s).values()|list)[1:0:2]
(-(t|tojson(separators=(",",":"))))
e[("x\ny" if s else 3)]
(e in n)
((' ' is in([1,2]))|trim("H<\n"))
s.content
ls.capitalize()
(t|reject|list)
(ws|select|list)
namespace(x=d).x
(e)[-2:1:2]
((undef if z else l) if '{:^9}'.format(t) else (0|unique(attribute="role")|list))
((g|abs)).strip()
([1,2,3] if d else d)
(-big)
(0 if 0 else no)
((none|map("int")|sum) is not callable)
(ed|truncate(6,true))
(("x\ny" ~ l))[-2:-1:2]
(1e3|replace("a","bb"))
(neg|round(1,'floor'))
(nest if ws else ['a','b'])
dict(a=1_000)
(ws|length)
(big ~ l)
(big if d else 0.1)
(u[0::] is not ne(2))
(none is in([1,2]))
e[z]
(d|tojson(separators=(",",":")))
z[f]
(el)[(1,)]
((t)[neg] if no[z] else (msgs is defined))
('' if e else g)
("x\ny")[ls]
((0x1f is not ne(2))|title)
(undef if (1,) else l)
ls[([]|int(5))]
((el|reverse) is not escaped)
((d or '%s-%s')|default)
dict(a={})
('%s-%s').ljust(8,"*")
((1,2))[no]
((ls|forceescape) is sameas(none))
namespace(x=n).x
dict(a=(1,2))
([1,2,3] if no else -1)
(not (not e))
(t|filesizeformat)
ws[0:0:2]
(not ('%s-%s' ~ no))
(not u)
((e|sum(attribute="n")) % (3 != g))
(not big)
'{:^9}'.format(f)
e.isdigit()
{(1,2): 'b'}
{'k': ' ', 'j': 0}
('%r' % range(-1)|list)
(num is not none)
'{0[0]}'.format(big)
(ed|max(attribute="n"))
(big and t)
(' ' ~ ls)
(s, z)
(('%-5s|' % l) ~ ({} ~ msgs))
(neg ~ 3)
u[big]
(not (u is defined))
[undef, n]
((1,)).zz
(s|trim("H<\n"))
no[z]
('b'|lower)
(s ~ z)
(ls ~ d)
((not ws) > (s not in []))
((1,))[nest]
((z|replace("a","bb"))|reverse|list)
el[10:-1:-2]
((u or nest) ~ (msgs|capitalize))
t.bit_length()
s.split(" ",1)
(s ~ big)
(no is undefined)
(0.1 is not none)
(not (2 is lower))
({})[true]
(1_000 == e)
'{:*<7}'.format((2|d(1)))
[d, f]
e[-1:1:-1]
((z * ' ') if (-g) else (ws).format(1,"b"))
((ed|urlencode)|map("upper")|list)
((1,) if false else u)
((d ~ num) if ('ab c' or ls) else (ls|indent(2,true)))
((t)['ab c'] == (neg if t else el))
(undef if e else t)
l.zz
(z|round(2,'ceil'))
(u|select|list)
("x\ny" is upper)
({'k': ['a','b'], 'j': 10}|center(12))
(ws is mapping)
(l[-2:10:] + num.rsplit("l",1))
(d|string)
(not (1,))
(ws or u)
(u if z else f)
(n|trim)
((10|safe) is not number)
('%s' % g)
ls[1:10:-2]
(ed or neg)
(e == 'o')
(s, false)
(no is not integer)
({'a':1} == 'ab c')
{10: g}
('%s-%s')[-10:-1:-2]
((num and undef)|reject|list)
(el is not mapping)
('{} {}' is boolean)
((ws).find("l",-3,-1) ~ (z, num))
(big|forceescape)
dict(a=(())[' '])
(t is ge(1))
(not namespace(x=num).x)
(-1)[()]
{'k': z, 'j': z}
[d, u]
(10 is gt(1))
(undef|unique(attribute="role")|list)
(t)[ws]
(ed == 'o')
(+f)
([] and 2)
dict(a=e)
(num ~ n)
('l'|select("string")|list)
((neg and 'a') is boolean)
(-z)
((el if no else t)|round(1))
(u.split(none,2))[(not t)]
(ed ~ el)
(e ~ ws)
(true|default('x',true))
(t is not ne(2))
(not ('%s-%s'|map("tojson")|join("|")))
(['a','b']|d(1))
(not ('a' or neg))
{'l': none}
(num[msgs] and (-n))
({} is float)
(([1,2,3], num))[:-1:-2]
[t, 0]
(not (-0x1f))
(ed)[undef]
(z|round(1))
(ed|escape)
f[([] if 3 else g)]
(e, num)
el[true]
(10, 0)
('%s-%s' ~ big)
((undef|trim)|list)
(0x1f and 'b')
(+(neg == d))
((nest if '{} {}' else 'ab c')|string)
s.rfind("l")
((['a','b'] if d else z)|truncate(6,true))
((undef ~ ls) or (+e))
(n >= f)
(2 is not eq(1))
(namespace(x=n).x|filesizeformat)
(not l.zz)
(undef or num)
((ws is sameas(none)) is undefined)
(('ab c'|map("string")|join))[1:0:2]
(not namespace(x=z).x)
((e is not true) ~ (2 in ['a','b']))
(undef|list)
u[g[1]]
({g: neg}).keys()|list
(ls if 'a,b,c' else (1,2))
(z // true)
(t)[ls]
(none is not number)
('{} {}'|reject|list)
(not (not none))
(nest|map("length")|list)
(nest or t)
(t ~ ())
(l)[-1:-10:]
(not 'o')
(not z)
(not g)
((g and e)).splitlines(true)
(no ~ g)
(msgs is not defined)
(ed != 1)
(ed or 1)
s[-10:-2:-1]
((1,) and 'ab c')
((not num)|round(1,'floor'))
(f not in ed)
(not (ws)[['a','b']])
(not "x\ny")
('a,b,c'|tojson(sort_keys=true))
(nest is not iterable)
(big and s)
(s is not in([1,2]))
msgs[-2:2:]
(3 <= -1)
f[(g|default)]
ws[-10:-10:-2]
(not t)
(+(nest is not mapping))
(l is not string)
((big is not eq(1)) and ("x\ny" and -1))
el.a
(ws|trim)
((0.1 > big))[(none|default)]
(({} or '%s-%s')).center(9,"-")
(d|count)
(not '')
neg.bit_length()
el[(not 10)]
(num|title)
(ls|last)
{'k': undef, 'j': d}
no.items
(d[[1,2,3]]|trim("H<\n"))
('l')[-2:1:-10]
(-1)
(s)[el]
(no and -1)
(ls)[undef]
((num|wordwrap(5)) == (g if '{} {}' else no))
(0 ~ l)
(msgs ~ ed)
e.partition("l")
(not (nest)[' '])
{'k': el[g], 'j': (true or 'l')}
(g == "x\ny")
((false is not callable) or (-0.1))
{'k': 'o', 'j': u}
{'k': ed, 'j': 1}
(0x1f)[' ']
(t and e)
(neg and s)
(1e3|capitalize)
(f and neg)
(('o'|unique(attribute="role")|list)|int(0,16))
(d ~ neg)
((not -1)).role
((num).replace("","-") or (g).strip())
(((1,2) is iterable) is number)
(no|default)
('b'|int(0,16))
(u).casefold()
(g // 1_000)
((not 10)|tojson(ensure_ascii=true))
(-1e3)
((not 1) is not defined)
(not undef)
(1_000 ~ 0x1f)
s.isupper()
(0.1 not in (1,))
u.startswith("l",2)
l[-1:1]
msgs[-10:2:2]
(msgs if big else s)
(true|int)
[no, 'a,b,c']
[nest, l]
(ws).splitlines()
(n if big else num)
('%.3s' % (1,))
u[-2:0:-1]
(z != u)
(num or [1,2,3])
el[10::-1]
(l|tojson(sort_keys=true))
(not (0x1f if '{} {}' else d))
({'k': ws, 'j': true}|int)
(+(z is none))
(f|default('x',true))
(t ~ neg)
msgs[10:]
(not (neg or n))
(nest, [])
((none|selectattr("role","equalto","user")|list) and (msgs >= ' '))
(not num)
({}|rejectattr("n","gt",1)|list)
(n or ed)
(t)[u]
((ls|sort(case_sensitive=true))|last)
(el)[num]
(2 / n)
(not d)
{0x1f: 0x1f}
(e.removeprefix("He") ~ (not ls))
s.removesuffix("\n")
([1,2,3]|select|list)
'{!r}'.format('ab c')
(('%s-%s'|unique(attribute="role")|list) if (num).rstrip() else (ls).bit_length())
(not neg)
((e and 10)|map("upper")|list)
(n|string)
((1,2) is not true)
l[ws]
(g is not lt(2))
((s|upper)).zz
((el)[0:-2:-1] ~ (not 'o'))
(10 if big else num)
(1_000)[1e3]
(no|map(attribute="role")|list)
(not 'ab c')
(e or u)
((' ' == msgs), (t or el))
(not el)
('%.3s' % undef)
(1_000 % neg)
((not s)|tojson(separators=(",",":")))
(f).content
(not 'l')
'{:>8}'.format((e not in d))
ws[z]
(l, (1,2))
ed[no]
((e ~ (1,)))[(z if true else undef)]
num.isalpha()
(f)[g]
(s.find("l") is not number)
[(not 'ab c'), (--1)]
(1.5).items
(big % true)
(d|float)
ed[(g is true)]
ws[2:-2:]
{'%s-%s': e}
(big|striptags)
(1_000 if u else 0x1f)
(('b'|tojson)|wordcount)
(f == f)
s.rstrip()
({'k': s, 'j': msgs}|batch(2)|list)
('l' % {})
(1|urlencode)
(t and 2)
((big is number))[("x\ny" or 1.5)]
({'a,b,c': none})[(nest|map("tojson")|join("|"))]
msgs[undef]
{'k': none, 'j': ws}
nest[t]
(e|tojson(ensure_ascii=true))
(z|map(attribute="zz",default="D")|list)
({})['a,b,c']
((1,)|slice(3,"y")|list)
({'ab c': 1} is not in([1,2]))
dict(a='b')
((z|int(0,16))|tojson(ensure_ascii=true))
(u)[1:-2:-2]
(u|capitalize)
(z[false] or (-true))
(not ('o').lower())
((1,2) if msgs else neg)
(+t)
((s)[-2:10:]|groupby("n")|list)
(not n)
((ls ~ false)|select("string")|list)
(ws.splitlines() if (neg / t) else (1_000|min(attribute="n")))
((undef|map("int")|sum)|round)
(z ~ ls)
'''


def render(source):
    template = chat_template_utils._cached_compile_jinja_template(source)
    template.globals["strftime_now"] = lambda form: form
    try:
        return {"template": source, "text": template.render(**json.loads(json.dumps(VARIABLES)))}
    except Exception as error:  # the case is that there is one
        return {"template": source, "error": type(error).__name__, "message": str(error)}


def compile_and_render(source):
    try:
        return render(source)
    except Exception as error:
        return {"template": source, "error": type(error).__name__, "message": str(error)}


print(json.dumps(VARIABLES, ensure_ascii=False))
for case in STATEMENTS.strip("\n").split("\n---\n") + ["{{ %s }}" % line for line in EXPRESSIONS.strip("\n").split("\n")]:
    print(json.dumps(compile_and_render(case), ensure_ascii=False))
