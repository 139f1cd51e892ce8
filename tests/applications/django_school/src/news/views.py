from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render

from .models import Article, Category


def index(request):
    articles = Article.objects.select_related("author", "category").order_by("-at")
    page = Paginator(articles, 10).get_page(request.GET.get("page"))
    return render(request, "news/index.html", {"page": page, "categories": Category.objects.all()})


def article(request, pk):
    article = get_object_or_404(Article.objects.select_related("author", "category"), pk=pk)
    return render(request, "news/article.html", {"article": article})
