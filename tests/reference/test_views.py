"""Suggestions and linked selects, as a form asks for them."""


def test_typing_suggests_industries(sign_in):
    page = sign_in("chenjing").get("/reference/industries?industry=软件").text
    assert 'data-text="I65 软件和信息技术服务业"' in page


def test_choosing_a_province_offers_its_cities_and_keeps_the_name_of_the_field(sign_in):
    page = sign_in("chenjing").get("/reference/regions?home-province=440000&home-city=110100").text
    assert 'name="home-city"' in page
    assert "深圳市" in page
    assert "home-district" not in page


def test_a_municipality_offers_its_districts_at_once(sign_in):
    page = sign_in("chenjing").get("/reference/regions?region-province=110000&region-city=").text
    assert "海淀区" in page
    assert "region-city" not in page


def test_strangers_get_nothing(client):
    assert client.get("/reference/industries?q=软件").status_code == 302
